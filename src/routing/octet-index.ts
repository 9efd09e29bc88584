import { hashKey, isPacked, keyWords, packKey, WORD_OCTETS } from './packed-key.ts';

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

/** Of the word in front of a packed key; its number is in the other bits. */
const LENGTH_BITS = 8;
const LENGTH_MASK = 0xff;

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
 * No key becomes a string: an open-addressing table of (hash, index + 1) pairs points to packed
 * copies of the keys, which lie one after the other in `keys`, each behind a word with its number
 * and its length.
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
  /** Index in `keys` behind the key that was found last. */
  private nextAt = 0;

  constructor(limits: OctetIndexLimits) {
    this.maxEntries = limits.maxEntries;
    this.maxKeysWords = Math.floor(limits.maxKeyOctets / WORD_OCTETS);
  }

  /**
   * The number of the key in the octets [from, to) of `words` if it is the one that came to this
   * index after the one that was found last, otherwise NO_ENTRY. Costs a fifth of `find`, and who
   * uses many keys often uses them in turn.
   */
  findNext(words: DataView, from: number, to: number): number {
    const { keys, nextAt } = this;
    const octets = (to - from) | 0;
    const head = keys[nextAt];
    if (nextAt >= this.keysEnd || (head & LENGTH_MASK) !== octets) return NO_ENTRY;
    if (!isPacked(words, from, to, keys, (nextAt + 1) | 0)) return NO_ENTRY;
    this.nextAt = (nextAt + 1 + keyWords(octets)) | 0;
    return head >>> LENGTH_BITS;
  }

  /** The number of the key in the octets [from, to) of `words`, or NO_ENTRY. */
  find(words: DataView, from: number, to: number): number {
    const { slots, keys, mask } = this;
    const octets = (to - from) | 0;
    const hash = hashKey(words, from, to);
    let slot = hash & mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const pair = slot << 1;
      const at = slots[pair + 1];
      if (at === 0) return NO_ENTRY;
      if (slots[pair] === hash) {
        const head = keys[at - 1];
        if ((head & LENGTH_MASK) === octets && isPacked(words, from, to, keys, at)) {
          this.nextAt = (at + keyWords(octets)) | 0;
          return head >>> LENGTH_BITS;
        }
      }
      slot = (slot + 1) & mask;
    }
    return NO_ENTRY;
  }

  /**
   * Adds the key in the octets [from, to) of `words`, at most 255 of them, which is not in here.
   * Returns its number, or NO_ENTRY if there is no room.
   */
  add(words: DataView, from: number, to: number): number {
    const octets = to - from;
    if (!this.hasRoomFor(octets)) return NO_ENTRY;
    if (2 * (this.size + 1) > this.mask + 1) this.growSlots();
    const at = this.keysEnd;
    if (!this.occupySlot(hashKey(words, from, to), at + 1)) return NO_ENTRY;
    this.keysEnd = at + 1 + keyWords(octets);
    if (this.keysEnd >= this.keys.length) this.growKeys();
    this.keys[at] = (this.size << LENGTH_BITS) | octets;
    packKey(words, from, to, this.keys, at + 1);
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
    this.nextAt = 0;
    this.size = 0;
  }

  private occupySlot(hash: number, value: number): boolean {
    let slot = hash & this.mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      if (this.slots[2 * slot + 1] === 0) {
        this.slots[2 * slot] = hash;
        this.slots[2 * slot + 1] = value;
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
      if (old[i + 1] !== 0) this.occupySlot(old[i], old[i + 1]);
    }
  }

  private growKeys(): void {
    const grown = new Int32Array(2 * this.keys.length);
    grown.set(this.keys);
    this.keys = grown;
  }
}
