import { KEY_WORDS_MAX, keyWords, packKey, WORD_OCTETS } from './packed-key.ts';

/** Slots to start with; a power of two. Most exchanges see few routing keys. */
const SLOTS_MIN = 32;
/** Words to start with for the keys; room for at least one key. */
const KEYS_WORDS_MIN = 128;
/**
 * Slots looked at before a key counts as unknown, or as one there is no room for. At most half of
 * the slots are taken, so honest keys need a few; keys chosen to collide can't make a
 * lookup slow, they just aren't kept.
 */
const PROBES_MAX = 64;

/** Returned by `find` for an unknown key, and by `add` when there is no room for one. */
export const NO_ENTRY = -1;

/** Bounds of an index. */
export interface OctetIndexLimits {
  /** Most keys. */
  readonly maxEntries: number;
  /** Most octets of memory for the keys: each takes its own, rounded up to words, and a word. */
  readonly maxKeyOctets: number;
}

/**
 * Numbers short keys, given as octets in somebody's buffer, in the order they come: 0, 1, 2 …
 *
 * No key becomes a string: an open-addressing table of (hash, number + 1) pairs points to packed
 * copies of the keys, which lie one after the other in `keys`, each behind a word with its length.
 */
export class OctetIndex {
  /** Keys in here. */
  size = 0;
  private readonly maxEntries: number;
  private readonly maxKeysWords: number;
  private slots = new Int32Array(2 * SLOTS_MIN);
  private mask = SLOTS_MIN - 1;
  private keys = new Int32Array(KEYS_WORDS_MIN);
  private keysEnd = 0;
  /** Index in `keys` of each key's length. */
  private readonly keyAt: number[] = [];
  /** The key being looked up or added, packed; reused. */
  private readonly packed = new Int32Array(KEY_WORDS_MAX);

  constructor(limits: OctetIndexLimits) {
    this.maxEntries = limits.maxEntries;
    this.maxKeysWords = Math.floor(limits.maxKeyOctets / WORD_OCTETS);
  }

  /** The number of the key in the octets [from, to) of `b`, or NO_ENTRY. */
  find(b: Buffer, from: number, to: number): number {
    const slots = this.slots;
    const hash = packKey(b, from, to, this.packed);
    let slot = hash & this.mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const entry = slots[2 * slot + 1] - 1;
      if (entry < 0) return NO_ENTRY;
      if (slots[2 * slot] === hash && this.isPacked(entry, to - from)) return entry;
      slot = (slot + 1) & this.mask;
    }
    return NO_ENTRY;
  }

  /**
   * Adds the key in the octets [from, to) of `b`, at most 255 of them, which is not in here.
   * Returns its number, or NO_ENTRY if there is no room.
   */
  add(b: Buffer, from: number, to: number): number {
    if (!this.hasRoomFor(to - from)) return NO_ENTRY;
    if (2 * (this.size + 1) > this.mask + 1) this.growSlots();
    if (!this.occupySlot(packKey(b, from, to, this.packed), this.size)) return NO_ENTRY;
    this.appendPacked(to - from);
    return this.size++;
  }

  /** Whether the limits leave room for a key of `keyOctets`. */
  hasRoomFor(keyOctets: number): boolean {
    const end = this.keysEnd + 1 + keyWords(keyOctets);
    return this.size < this.maxEntries && end <= this.maxKeysWords;
  }

  /** Forgets all keys, and gives back the room they took. */
  clear(): void {
    if (this.size === 0) return;
    this.slots = new Int32Array(2 * SLOTS_MIN);
    this.mask = SLOTS_MIN - 1;
    this.keys = new Int32Array(KEYS_WORDS_MIN);
    this.keysEnd = 0;
    this.keyAt.length = 0;
    this.size = 0;
  }

  private occupySlot(hash: number, entry: number): boolean {
    let slot = hash & this.mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      if (this.slots[2 * slot + 1] === 0) {
        this.slots[2 * slot] = hash;
        this.slots[2 * slot + 1] = entry + 1;
        return true;
      }
      slot = (slot + 1) & this.mask;
    }
    return false;
  }

  /** A key that finds no slot near its hash in the larger table is unknown from now on. */
  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    this.mask = old.length - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.occupySlot(old[i], old[i + 1] - 1);
    }
  }

  /** Whether the packed key, of `length` octets, is that of `entry`. */
  private isPacked(entry: number, length: number): boolean {
    const { keys, packed } = this;
    const at = this.keyAt[entry];
    if (keys[at] !== length) return false;
    const words = keyWords(length);
    for (let i = 0; i < words; i++) if (keys[at + 1 + i] !== packed[i]) return false;
    return true;
  }

  /** Makes the packed key, of `length` octets, that of the next entry. */
  private appendPacked(length: number): void {
    const at = this.keysEnd;
    const words = keyWords(length);
    this.keysEnd = at + 1 + words;
    if (this.keysEnd > this.keys.length) {
      const grown = new Int32Array(2 * this.keys.length);
      grown.set(this.keys);
      this.keys = grown;
    }
    this.keyAt.push(at);
    this.keys[at] = length;
    for (let i = 0; i < words; i++) this.keys[at + 1 + i] = this.packed[i];
  }
}
