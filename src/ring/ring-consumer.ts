import { HEAD_WORD, SPACE_WANTED_WORD, TAIL_WORD } from './layout.ts';
import {
  isPadding,
  leadIn,
  maxPayloadOctets,
  payloadStart,
  readCount,
  readLength,
  readTarget,
  readTypeAndLead,
  recordOctets,
  typeIn,
} from './record.ts';
import type { SpscRing } from './spsc-ring.ts';

/**
 * The reading end of a ring; one per ring, used by one thread.
 *
 * `next` steps to the next record and describes it in the fields below. The octets stay where they
 * are until `release`: they can be written to a socket straight from the ring.
 */
export class RingConsumer {
  /** Where the payloads are. */
  readonly bytes: Buffer;
  /** Of the current record, as the producer gave them. */
  type: number;
  target: number;
  count: number;
  /** Where the current record's payload lies in `bytes`, and its length in octets. */
  payloadAt: number;
  payloadLength: number;
  /** Position behind the current record, for `releaseTo`; positions wrap at 32 bits. */
  position: number;
  private readonly ring: SpscRing;
  private readonly capacity: number;
  private readonly mask: number;
  private readonly maxPayloadOctets: number;
  /** The producer's tail when it was last looked at: there are records up to here at least. */
  private knownTail: number;
  private publishedHead: number;

  constructor(ring: SpscRing) {
    this.bytes = ring.bytes;
    this.type = 0;
    this.target = 0;
    this.count = 0;
    this.payloadAt = 0;
    this.payloadLength = 0;
    this.position = ring.words.load(HEAD_WORD);
    this.ring = ring;
    this.capacity = ring.capacity;
    this.mask = ring.capacity - 1;
    this.maxPayloadOctets = maxPayloadOctets(ring.capacity);
    this.knownTail = this.position;
    this.publishedHead = this.position;
  }

  /**
   * Steps to the next record, if one is published.
   * @throws Error if what is there is no record: the memory was overwritten
   */
  next(): boolean {
    if (!this.hasKnownRecord()) return false;
    const words = this.ring.words;
    let at = this.position & this.mask;
    if (isPadding(readTypeAndLead(words, at))) {
      this.skipPadding(at, readLength(words, at));
      if (!this.hasKnownRecord()) return false;
      at = 0;
    }
    const typeAndLead = readTypeAndLead(words, at);
    const length = readLength(words, at);
    if (length < 0 || length > this.maxPayloadOctets) {
      throw new Error(`Ring overwritten: record of ${length} octets at ${at}`);
    }
    const lead = leadIn(typeAndLead);
    this.type = typeIn(typeAndLead);
    this.target = readTarget(words, at);
    this.count = readCount(words, at);
    this.payloadAt = payloadStart(at, lead);
    this.payloadLength = length;
    this.position = (this.position + recordOctets(lead + length)) | 0;
    return true;
  }

  /** Whether there are published records, as of now, that `next` hasn't come to. */
  hasPublished(): boolean {
    return this.position !== this.ring.words.load(TAIL_WORD);
  }

  /**
   * Gives the space of all records that `next` has come to back to the producer.
   * @returns true if the producer waits for space: the caller must tell it that there is some
   */
  release(): boolean {
    return this.releaseTo(this.position);
  }

  /**
   * Gives back the space of the records up to `position`, a value that the field of that name had;
   * the records behind it are kept.
   * @returns true if the producer waits for space: the caller must tell it that there is some
   * @throws RangeError if `position` lies before what is released already or behind what was read
   */
  releaseTo(position: number): boolean {
    const releasedOctets = (position - this.publishedHead) | 0;
    if (releasedOctets === 0) return false;
    if (releasedOctets < 0 || ((this.position - position) | 0) < 0) {
      throw new RangeError('Only records that were read and are held can be released');
    }
    this.publishedHead = position;
    this.ring.words.store(HEAD_WORD, position);
    return this.ring.words.load(SPACE_WANTED_WORD) !== 0 && this.grantsSpace();
  }

  /** Octets of the ring that are read and not released. */
  heldOctets(): number {
    return (this.position - this.publishedHead) | 0;
  }

  private hasKnownRecord(): boolean {
    if (this.position !== this.knownTail) return true;
    this.knownTail = this.ring.words.load(TAIL_WORD);
    return this.position !== this.knownTail;
  }

  private skipPadding(at: number, octets: number): void {
    if (octets !== this.capacity - at) {
      throw new Error(`Ring overwritten: padding of ${octets} octets at ${at}`);
    }
    this.position = (this.position + octets) | 0;
  }

  /** Lowers the producer's flag if the ring is half empty; the one who lowers it must say so. */
  private grantsSpace(): boolean {
    const words = this.ring.words;
    const usedOctets = (words.load(TAIL_WORD) - this.publishedHead) | 0;
    if (usedOctets > this.capacity / 2) return false;
    return words.compareExchange(SPACE_WANTED_WORD, 1, 0) === 1;
  }
}
