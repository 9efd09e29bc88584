import { HEAD_WORD, SPACE_WANTED_WORD, TAIL_WORD } from './layout.ts';
import type { Doorbell } from './parking.ts';
import {
  closeRecord,
  isRecordType,
  leadOctets,
  maxPayloadOctets,
  openRecord,
  payloadOctets,
  payloadStart,
  recordOctets,
  retypeRecord,
  writePadding,
} from './record.ts';
import type { RingSource } from './ring-source.ts';
import type { SpscRing } from './spsc-ring.ts';

const NO_ROOM = -1;

/**
 * The writing end of a ring; one per ring, used by one thread.
 *
 * Records are appended unseen (`append`, or `claim` and `commit`) and all become visible with one
 * `publish`. When there is no room: `publish`, then `wantSpace`; if that says so, stop until the
 * consumer's `release` has said that there is space.
 */
export class RingProducer {
  /** Where claimed payloads go. */
  readonly bytes: Buffer;
  /** Longest payload of one record, octets. */
  readonly maxPayloadOctets: number;
  /** Where the record claimed last, and its payload, lie in `bytes`. */
  recordAt: number;
  payloadAt: number;
  private readonly ring: SpscRing;
  private readonly bell: Doorbell;
  private readonly capacity: number;
  private readonly mask: number;
  /** Position behind the last committed record; positions wrap at 32 bits. */
  private tail: number;
  private publishedTail: number;
  /** The consumer's head when it was last looked at: there is at least this much room. */
  private knownHead: number;
  private claimedAt: number;
  private claimedLead: number;
  private claimedOctets: number;

  /** @param bell the doorbell of the thread that reads this ring */
  constructor(ring: SpscRing, bell: Doorbell) {
    this.bytes = ring.bytes;
    this.maxPayloadOctets = maxPayloadOctets(ring.capacity);
    this.recordAt = 0;
    this.payloadAt = 0;
    this.ring = ring;
    this.bell = bell;
    this.capacity = ring.capacity;
    this.mask = ring.capacity - 1;
    this.tail = ring.words.load(TAIL_WORD);
    this.publishedTail = this.tail;
    this.knownHead = ring.words.load(HEAD_WORD);
    this.claimedAt = NO_ROOM;
    this.claimedLead = 0;
    this.claimedOctets = 0;
  }

  /**
   * Makes room for a record of at most `maxOctets` octets, to be written to `bytes` at the returned
   * offset and then committed. A claim that isn't committed is forgotten with the next one.
   * @param type 1 to 255
   * @param target 32 bits, signed
   * @param sourceAt offset, in its ArrayBuffer, of the octets that will be copied to the payload's
   *   first octet, see `leadOctets`; 0 if it doesn't matter
   * @returns -1 if there is no room
   * @throws RangeError if the payload exceeds `maxPayloadOctets`, or for a type out of range
   */
  claim(type: number, target: number, maxOctets: number, sourceAt: number): number {
    if (maxOctets > this.maxPayloadOctets || maxOctets < 0) {
      throw new RangeError(`A record holds 0 to ${this.maxPayloadOctets} octets, not ${maxOctets}`);
    }
    if (!isRecordType(type)) throw new RangeError(`No record type: ${type}`);
    let at = this.tail & this.mask;
    let lead = leadOctets(at, sourceAt, maxOctets);
    const octetsToEnd = this.capacity - at;
    if (recordOctets(lead + maxOctets) > octetsToEnd) {
      lead = leadOctets(0, sourceAt, maxOctets);
      if (!this.hasRoom(octetsToEnd + recordOctets(lead + maxOctets))) return NO_ROOM;
      writePadding(this.ring.words, at, octetsToEnd);
      this.tail = (this.tail + octetsToEnd) | 0;
      at = 0;
    } else if (!this.hasRoom(recordOctets(lead + maxOctets))) {
      return NO_ROOM;
    }
    openRecord(this.ring.words, at, type, lead, target);
    this.claimedAt = at;
    this.claimedLead = lead;
    this.claimedOctets = maxOctets;
    this.recordAt = at;
    this.payloadAt = payloadStart(at, lead);
    return this.payloadAt;
  }

  /**
   * Completes the claimed record; the consumer doesn't see it before `publish`.
   * @param octets length of the payload, at most as claimed
   * @param count any 32-bit number, for instance how many messages the payload holds
   * @throws RangeError if nothing, or less, was claimed
   */
  commit(octets: number, count: number): void {
    if (this.claimedAt === NO_ROOM || octets < 0 || octets > this.claimedOctets) {
      throw new RangeError(`${octets} octets were not claimed`);
    }
    closeRecord(this.ring.words, this.claimedAt, octets, count);
    this.tail = (this.tail + recordOctets(this.claimedLead + octets)) | 0;
    this.claimedAt = NO_ROOM;
  }

  /**
   * Appends a record with the octets [from, to) of `source`: claim, copy and commit.
   * @returns false if there is no room
   * @throws RangeError as `claim` does
   */
  append(
    type: number,
    target: number,
    count: number,
    source: RingSource,
    from: number,
    to: number,
  ): boolean {
    const at = this.claim(type, target, to - from, source.offset + from);
    if (at === NO_ROOM) return false;
    source.copyTo(this.ring, at, from, to);
    this.commit(to - from, count);
    return true;
  }

  /**
   * Shows all committed records to the consumer, with one atomic store, and rings its doorbell.
   * @returns true if the consumer rests in its event loop: the caller must post it a message
   */
  publish(): boolean {
    if (this.tail === this.publishedTail) return false;
    this.publishedTail = this.tail;
    this.ring.words.store(TAIL_WORD, this.tail);
    return this.bell.ring();
  }

  /** Octets of the committed records that are not published. */
  get unpublishedOctets(): number {
    return (this.tail - this.publishedTail) | 0;
  }

  /** Whether the consumer has released everything that was published. */
  isDrained(): boolean {
    this.knownHead = this.ring.words.load(HEAD_WORD);
    return this.knownHead === this.publishedTail;
  }

  /** Forgets the committed records that are not published. */
  withdraw(): void {
    this.tail = this.publishedTail;
    this.claimedAt = NO_ROOM;
  }

  /** Changes the type of a record, at a `recordAt`, that is committed and not published. */
  retype(recordAt: number, type: number): void {
    retypeRecord(this.ring.words, recordAt, type);
  }

  /**
   * The longest payload that `claim` has room for now, octets, wherever it is copied from; negative
   * if there is room for none.
   */
  available(): number {
    this.knownHead = this.ring.words.load(HEAD_WORD);
    const free = this.capacity - this.usedOctets();
    const octetsToEnd = this.capacity - (this.tail & this.mask);
    const contiguous = Math.max(Math.min(free, octetsToEnd), free - octetsToEnd);
    return Math.min(payloadOctets(contiguous), this.maxPayloadOctets);
  }

  /**
   * Asks the consumer to say when the ring is half empty: then there is room for any record.
   * @returns false if it is so already: go on; true if the caller should stop until it is told
   * @throws Error if committed records are not published: nobody would ever make room for them
   */
  wantSpace(): boolean {
    if (this.tail !== this.publishedTail) throw new Error('Publish before waiting for space');
    const words = this.ring.words;
    words.store(SPACE_WANTED_WORD, 1);
    // Looked at after the flag is up: if the consumer missed the flag, we don't miss its release.
    this.knownHead = words.load(HEAD_WORD);
    if (this.usedOctets() > this.capacity / 2) return true;
    words.store(SPACE_WANTED_WORD, 0);
    return false;
  }

  private usedOctets(): number {
    return (this.tail - this.knownHead) | 0;
  }

  private hasRoom(octets: number): boolean {
    if (this.usedOctets() + octets <= this.capacity) return true;
    this.knownHead = this.ring.words.load(HEAD_WORD);
    return this.usedOctets() + octets <= this.capacity;
  }
}
