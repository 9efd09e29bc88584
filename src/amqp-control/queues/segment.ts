import { envelopeOctets, viewEnvelope, writeEnvelope } from '../../wire/envelope.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { copyOctets } from '../../wire/octets.ts';

/**
 * The longest body that is copied into a segment, in octets; longer ones are kept as a Buffer of
 * their own, which the queues of a fan-out share. As measured, a Buffer of 8 KiB costs about as
 * much, with its collection, as copying the body into ten segments.
 */
export const INLINE_BODY_MAX_OCTETS = 8192;

/** Records start at multiples of this many octets, so that positions can count these units. */
export const RECORD_ALIGNMENT_OCTETS = 8;

/*
 * A record, in 32-bit words from its start:
 *
 *   0 record length, octets     3 body size, octets
 *   1 flags                     4 origin
 *   2 envelope length, octets   5 slot of an external body, or -1 when the body is in the record
 *
 * then, only when FLAG_KEPT is set, the number of the entry in the store as a 64-bit float; then,
 * only when FLAG_EXPIRES is set, the expiry as another; then the envelope (wire/envelope.ts); then
 * the body, unless it is external; then padding.
 */
const WORD_RECORD = 0;
const WORD_FLAGS = 1;
const WORD_ENVELOPE = 2;
const WORD_BODY = 3;
const WORD_ORIGIN = 4;
const WORD_SLOT = 5;
const HEADER_OCTETS = 24;
const ENTRY_OCTETS = 8;
const EXPIRY_OCTETS = 8;
const NO_SLOT = -1;

/* Neither READY nor TAKEN: the message is gone and only its octets remain until the segment is. */
const FLAG_READY = 1;
const FLAG_TAKEN = 2;
const FLAG_REDELIVERED = 4;
const FLAG_EXPIRES = 8;
const FLAG_KEPT = 16;

/** The entry of a message that no store keeps. */
export const NOT_KEPT = 0;

/** The memory of a segment that has been paged out. */
const NO_OCTETS = Buffer.alloc(0);
const NO_WORDS = new Int32Array(0);
const NO_DOUBLES = new Float64Array(0);

/** Octets that the record of a message takes in a segment. */
export function recordOctets(view: MessageView, expiresAtMs: number, entry: number): number {
  const octets =
    HEADER_OCTETS +
    (entry === NOT_KEPT ? 0 : ENTRY_OCTETS) +
    (expiresAtMs === Infinity ? 0 : EXPIRY_OCTETS) +
    envelopeOctets(view) +
    (view.bodySize > INLINE_BODY_MAX_OCTETS ? 0 : view.bodySize);
  return (octets + RECORD_ALIGNMENT_OCTETS - 1) & -RECORD_ALIGNMENT_OCTETS;
}

/**
 * A stretch of memory in which a log writes records one behind the other, and which is given back
 * as a whole once every message in it is settled. It knows what a record looks like and which
 * state it is in; the order of delivery is the log's business. `at` is always the offset of a
 * record, in octets. Memory of a segment is not cleared: it is never read beyond what was written.
 */
export class Segment {
  /** Position of this segment's first octet in its log, in units of RECORD_ALIGNMENT_OCTETS. */
  basePosition = 0;
  writtenOctets = 0;
  /** Records whose messages are ready or taken. */
  liveCount = 0;
  /** Octets of the bodies that live outside. */
  externalOctets = 0;
  /** Of the live records, those that the store keeps, and the octets of their bodies. */
  keptCount = 0;
  keptBodyOctets = 0;
  /** While it is paged out: octets of all its bodies. */
  awayBodyOctets = 0;
  /** It was offered to who pages. */
  isOffered = false;
  /** Entries of the first and the last message that a store keeps, or NOT_KEPT without one. */
  firstEntry = NOT_KEPT;
  lastEntry = NOT_KEPT;
  private octets: Buffer;
  private words: Int32Array;
  private doubles: Float64Array;
  private externalBodies: (Buffer | null)[] = [];

  /** @param memory a multiple of RECORD_ALIGNMENT_OCTETS, with a memory block of its own */
  constructor(memory: Buffer) {
    this.octets = memory;
    this.words = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
  }

  /** Octets of memory that the records may take, or take; 0 while it is paged out. */
  get capacityOctets(): number {
    return this.octets.length;
  }

  /** Whether the messages are in memory, and not paged out. */
  get isHere(): boolean {
    return this.octets !== NO_OCTETS;
  }

  /** Lets go of every message, and of what lies outside the segment's own memory. */
  clear(): void {
    this.writtenOctets = 0;
    this.liveCount = 0;
    this.externalOctets = 0;
    this.isOffered = false;
    this.firstEntry = NOT_KEPT;
    this.lastEntry = NOT_KEPT;
    this.keptCount = 0;
    this.keptBodyOctets = 0;
    // Setting the length is a slow call of the engine, and most segments have no external body.
    if (this.externalBodies.length > 0) this.externalBodies.length = 0;
  }

  /**
   * Writes a message behind the last one, ready. An external body is taken over by reference where
   * `view.bodyOwned` allows it, else copied once, and the view then shows the copy.
   *
   * @param octets what `recordOctets` says; the caller has checked that so many are free
   * @returns the offset of the record
   */
  append(
    view: MessageView,
    octets: number,
    expiresAtMs: number,
    origin: number,
    entry: number,
  ): number {
    const at = this.writtenOctets;
    let flags = FLAG_READY;
    let envelopeAt = at + HEADER_OCTETS;
    if (entry !== NOT_KEPT) {
      flags |= FLAG_KEPT;
      if (this.firstEntry === NOT_KEPT) this.firstEntry = entry;
      this.lastEntry = entry;
      this.keptCount++;
      this.keptBodyOctets += view.bodySize;
      this.doubles[envelopeAt >> 3] = entry;
      envelopeAt += ENTRY_OCTETS;
    }
    if (expiresAtMs !== Infinity) {
      flags |= FLAG_EXPIRES;
      this.doubles[envelopeAt >> 3] = expiresAtMs;
      envelopeAt += EXPIRY_OCTETS;
    }
    const target = this.octets;
    const bodyAt = writeEnvelope(view, target, envelopeAt);
    let slot = NO_SLOT;
    if (view.bodySize <= INLINE_BODY_MAX_OCTETS) {
      copyOctets(view.body, view.bodyAt, view.bodyAt + view.bodySize, target, bodyAt);
    } else {
      slot = this.keepOutside(view);
    }
    const words = this.words;
    const word = at >> 2;
    words[word + WORD_RECORD] = octets;
    words[word + WORD_FLAGS] = flags;
    words[word + WORD_ENVELOPE] = bodyAt - envelopeAt;
    words[word + WORD_BODY] = view.bodySize;
    words[word + WORD_ORIGIN] = origin;
    words[word + WORD_SLOT] = slot;
    this.writtenOctets = at + octets;
    this.liveCount++;
    return at;
  }

  /** Points the view at the record's octets. */
  load(at: number, view: MessageView): void {
    const octets = this.octets;
    const words = this.words;
    const word = at >> 2;
    const envelopeAt = this.envelopeAt(at);
    const envelopeEnd = envelopeAt + words[word + WORD_ENVELOPE];
    viewEnvelope(view, octets, envelopeAt, envelopeEnd);
    view.bodySize = words[word + WORD_BODY];
    const external = this.externalBody(at);
    view.body = external ?? octets;
    view.bodyAt = external === null ? envelopeEnd : 0;
    view.bodyOwned = external !== null;
  }

  /** ready → taken. @throws Error when the message is in another state */
  take(at: number): void {
    this.changeState(at, FLAG_READY, FLAG_TAKEN);
  }

  /** taken → ready again, and from then on redelivered. @throws Error when in another state */
  requeue(at: number): void {
    this.changeState(at, FLAG_TAKEN, FLAG_READY | FLAG_REDELIVERED);
  }

  /** taken → ready again, as if it had never been taken. @throws Error when in another state */
  putBack(at: number): void {
    this.changeState(at, FLAG_TAKEN, FLAG_READY);
  }

  /**
   * taken → gone, with its external body. @throws Error when in another state
   *
   * @returns the octets of the external body that it let go of, 0 without one
   */
  settle(at: number): number {
    this.changeState(at, FLAG_TAKEN, 0);
    this.liveCount--;
    if (this.has(at, FLAG_KEPT)) {
      this.keptCount--;
      this.keptBodyOctets -= this.bodySize(at);
    }
    const slot = this.words[(at >> 2) + WORD_SLOT];
    if (slot === NO_SLOT) return 0;
    const bodySize = this.bodySize(at);
    this.externalBodies[slot] = null;
    this.externalOctets -= bodySize;
    return bodySize;
  }

  /** Offset behind the record: where the next one starts, or the end of what is written. */
  recordEnd(at: number): number {
    return at + this.words[(at >> 2) + WORD_RECORD];
  }

  bodySize(at: number): number {
    return this.words[(at >> 2) + WORD_BODY];
  }

  origin(at: number): number {
    return this.words[(at >> 2) + WORD_ORIGIN];
  }

  isRedelivered(at: number): boolean {
    return this.has(at, FLAG_REDELIVERED);
  }

  /** The number of the message's entry in the store, or NOT_KEPT. */
  entry(at: number): number {
    return this.has(at, FLAG_KEPT) ? this.doubles[(at + HEADER_OCTETS) >> 3] : NOT_KEPT;
  }

  /** When the message expires, in ms of the caller's clock; Infinity when it does not. */
  expiresAtMs(at: number): number {
    return this.has(at, FLAG_EXPIRES)
      ? this.doubles[(this.envelopeAt(at) - EXPIRY_OCTETS) >> 3]
      : Infinity;
  }

  /** ready: it has been delivered before. */
  markRedelivered(at: number): void {
    this.words[(at >> 2) + WORD_FLAGS] |= FLAG_REDELIVERED;
  }

  /** Octets of all bodies, wherever they are. */
  bodyOctets(): number {
    let octets = 0;
    for (let at = 0; at < this.writtenOctets; at = this.recordEnd(at)) octets += this.bodySize(at);
    return octets;
  }

  /**
   * What there is to be written of a segment none of whose messages was taken: its records, then
   * the bodies outside, in their order.
   */
  contents(): Buffer[] {
    const pieces = [this.octets.subarray(0, this.writtenOctets)];
    if (this.externalBodies.length === 0) return pieces;
    for (let at = 0; at < this.writtenOctets; at = this.recordEnd(at)) {
      const body = this.externalBody(at);
      if (body !== null) pieces.push(body.subarray(0, this.bodySize(at)));
    }
    return pieces;
  }

  /**
   * Lets go of memory and bodies, which are kept elsewhere; what is known of the segment stays.
   *
   * @returns the memory, as an empty segment
   */
  leave(): Segment {
    const memory = new Segment(this.octets);
    this.octets = NO_OCTETS;
    this.words = NO_WORDS;
    this.doubles = NO_DOUBLES;
    this.externalBodies = [];
    this.externalOctets = 0;
    return memory;
  }

  /**
   * The messages are back, as `contents` gave them.
   *
   * @param memory holds the records; the segment that it was is used no more
   * @param bodies holds the bodies that were outside, one behind the other
   */
  comeBack(memory: Segment, bodies: Buffer): void {
    this.octets = memory.octets;
    this.words = memory.words;
    this.doubles = memory.doubles;
    this.externalOctets = bodies.length;
    let bodyAt = 0;
    if (bodies.length === 0) return;
    for (let at = 0; at < this.writtenOctets; at = this.recordEnd(at)) {
      if (this.words[(at >> 2) + WORD_SLOT] === NO_SLOT) continue;
      const bodyEnd = bodyAt + this.bodySize(at);
      this.externalBodies.push(bodies.subarray(bodyAt, bodyEnd));
      bodyAt = bodyEnd;
    }
  }

  /** Its own messages are lost: takes those of another segment, which is not used again. */
  become(other: Segment): void {
    this.octets = other.octets;
    this.words = other.words;
    this.doubles = other.doubles;
    this.externalBodies = other.externalBodies;
    this.externalOctets = other.externalOctets;
    this.writtenOctets = other.writtenOctets;
    this.liveCount = other.liveCount;
    this.firstEntry = other.firstEntry;
    this.lastEntry = other.lastEntry;
    this.keptCount = other.keptCount;
    this.keptBodyOctets = other.keptBodyOctets;
  }

  /** All that entries up to this one stand for counts as redelivered. */
  markRedeliveredUpTo(entry: number): void {
    for (let at = 0; at < this.writtenOctets; at = this.recordEnd(at)) {
      if (this.entry(at) !== NOT_KEPT && this.entry(at) <= entry) this.markRedelivered(at);
    }
  }

  /** Where `octets` of records are to be read into, before `comeBack`. */
  target(octets: number): Buffer {
    return this.octets.subarray(0, octets);
  }

  private has(at: number, flag: number): boolean {
    return (this.words[(at >> 2) + WORD_FLAGS] & flag) !== 0;
  }

  private envelopeAt(at: number): number {
    const flags = this.words[(at >> 2) + WORD_FLAGS];
    let envelopeAt = at + HEADER_OCTETS;
    if ((flags & FLAG_KEPT) !== 0) envelopeAt += ENTRY_OCTETS;
    if ((flags & FLAG_EXPIRES) !== 0) envelopeAt += EXPIRY_OCTETS;
    return envelopeAt;
  }

  private externalBody(at: number): Buffer | null {
    const slot = this.words[(at >> 2) + WORD_SLOT];
    return slot === NO_SLOT ? null : this.externalBodies[slot];
  }

  /** @returns the slot of the view's body */
  private keepOutside(view: MessageView): number {
    ownBody(view);
    this.externalOctets += view.bodySize;
    return this.externalBodies.push(view.body) - 1;
  }

  private changeState(at: number, from: number, to: number): void {
    const word = (at >> 2) + WORD_FLAGS;
    const flags = this.words[word];
    if ((flags & from) === 0) throw new Error(`message is in state ${flags}, expected ${from}`);
    this.words[word] = (flags & ~from) | to;
  }
}

/** Makes the view's body one that may be kept by reference and starts at offset 0 of its Buffer. */
function ownBody(view: MessageView): void {
  if (view.bodyOwned && view.bodyAt === 0) return;
  const body = view.body.subarray(view.bodyAt, view.bodyAt + view.bodySize);
  view.body = view.bodyOwned ? body : copyOf(body);
  view.bodyAt = 0;
  view.bodyOwned = true;
}

/** Not from Node's shared slab, which a long-lived body would pin. */
function copyOf(body: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(body.length);
  copy.set(body);
  return copy;
}
