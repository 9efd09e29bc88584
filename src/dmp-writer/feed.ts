import { WRITER_COUNTERS } from '../ring/counters.ts';
import { FEED_METER, Meter } from '../ring/meter.ts';
import { DMP_HEARTBEAT } from '../wire/dmp-content.ts';
import { Backlog } from './backlog.ts';
import { contentEnd } from './content-walk.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedReport } from './feed-report.ts';
import type { FeedSink } from './feed-sink.ts';
import { FeedWatch } from './feed-watch.ts';
import { Piece } from './piece.ts';
import { Tally } from './tally.ts';
import type { WriterContext } from './writer-context.ts';

/** Nothing waits. */
export const FEED_IDLE = 0;
/** Small records wait for others, to be written together with them before the turn is over. */
export const FEED_GATHERING = 1;
/** The socket was full: what waits is tried again later, what comes is kept or dropped. */
export const FEED_CONGESTED = 2;
/** The socket failed: what comes is dropped. */
export const FEED_GONE = 3;

/** OpenAMQ's client of 2009 dies on contents of fewer octets than this (DMP section 7). */
const SHORT_CONTENT_OCTETS = 16;

/**
 * After so many octets of one backlog the other feeds have their turn: the largest batch there is,
 * about a millisecond's work.
 */
export const FLUSH_MAX_OCTETS = 2 * 1024 * 1024;

/** How a feed is to be served. */
export interface FeedSettings {
  readonly limits: FeedLimits;
  /** Its client needs a heartbeat behind every content shorter than 16 octets. */
  readonly padShort: boolean;
  /** Where its numbers are kept: the memory of a Meter for a feed. */
  readonly meter: SharedArrayBuffer;
}

/**
 * One feed: writes contents to its socket, and keeps or drops what the socket doesn't take. Once an
 * octet of a content was written, the rest of that content is never dropped unless the feed ends.
 */
export class Feed {
  readonly slot: number;
  /** One of the FEED_ constants. */
  state = FEED_IDLE;
  /** Why the feed is gone. */
  failure = '';
  /** When a congested feed is to be tried next, and how long that wait is. */
  retryAtMs = 0;
  retryDelayMs = 0;
  private readonly sink: FeedSink;
  private limits: FeedLimits;
  private readonly padShort: boolean;
  private readonly context: WriterContext;
  private readonly backlog: Backlog;
  private readonly tally: Tally;
  private readonly watch: FeedWatch;
  private readonly meter: Meter;
  private lastWriteMs: number;
  /** Octets written when it was last looked whether the feed is idle. */
  private tickOctets = 0;

  constructor(slot: number, sink: FeedSink, settings: FeedSettings, context: WriterContext) {
    this.slot = slot;
    this.sink = sink;
    this.limits = settings.limits;
    this.padShort = settings.padShort;
    this.context = context;
    this.backlog = new Backlog(context.pool, context.walk);
    this.meter = new Meter(settings.meter);
    this.tally = new Tally(this.meter, context.counters);
    this.watch = new FeedWatch(settings.limits, context);
    this.lastWriteMs = context.nowMs;
    this.lend(true);
  }

  /** Other limits hold from now on; what waits already is kept. */
  setLimits(limits: FeedLimits): void {
    this.limits = limits;
    this.watch.limits = limits;
  }

  /** Writes, keeps or drops the contents in [from, to); nothing refers to `b` afterwards. */
  deliver(b: Buffer, from: number, to: number, contents: number): void {
    if (this.padShort) this.deliverPadded(b, from, to, contents);
    else this.accept(b, from, to, contents);
  }

  /** As deliver, for one content in memory that never changes again: it may be kept there. */
  deliverOwned(octets: Buffer): void {
    if (this.state === FEED_GATHERING) this.flush();
    const piece = new Piece(octets, false);
    piece.setWhole(octets, 0, octets.length, 1);
    if (this.state === FEED_IDLE) {
      if (this.write(piece)) return;
      this.stopWriting();
    }
    if (this.state === FEED_CONGESTED && (piece.isOpen || this.hasRoomFor(1, piece.octets))) {
      this.backlog.adopt(piece);
      this.checkBacklog();
    } else {
      this.drop(piece.contents, piece.octets);
    }
  }

  /**
   * Goes on with the contents in [from, to) of which a borrower (see WriterLoan) has written the
   * first `written` octets.
   */
  resume(b: Buffer, from: number, to: number, contents: number, written: number): void {
    if (this.state !== FEED_IDLE) throw new Error('A feed was lent that was not idle');
    this.writeThrough(b, from, to, contents, written);
  }

  /** Whether a borrower has begun to write and has died. */
  get isBroken(): boolean {
    return this.meter.get(FEED_METER.lent) !== 0;
  }

  /** Ends as if its socket had failed. */
  fail(reason: string): void {
    this.failure = reason;
    this.state = FEED_GONE;
    this.stopWriting();
  }

  /**
   * Writes as much of the backlog as the socket takes, and little more than FLUSH_MAX_OCTETS.
   * @returns octets that the socket took
   */
  flush(): number {
    const octetsBefore = this.backlog.octets;
    for (let piece = this.backlog.head; piece !== null; piece = this.backlog.head) {
      if (octetsBefore - this.backlog.octets >= FLUSH_MAX_OCTETS) break;
      const octets = piece.octets;
      const contents = piece.contents;
      const isWritten = this.write(piece);
      this.backlog.shrink(octets - piece.octets, contents - piece.contents);
      if (!isWritten) break;
    }
    const taken = octetsBefore - this.backlog.octets;
    if (this.backlog.octets > 0) {
      this.stopWriting();
    } else {
      if (this.state === FEED_CONGESTED) this.lend(true);
      this.state = FEED_IDLE;
    }
    this.checkBacklog();
    return taken;
  }

  /** Does what time asks for: a heartbeat after `heartbeatMs` of silence, a report. */
  tick(heartbeatMs: number): void {
    if (this.tally.octetsOut !== this.tickOctets) {
      // Not by us, perhaps, and then some time ago: a heartbeat is late by a tick at most.
      this.tickOctets = this.tally.octetsOut;
      if (this.state === FEED_IDLE) this.lastWriteMs = this.context.nowMs;
    }
    if (this.state === FEED_IDLE && this.context.nowMs - this.lastWriteMs >= heartbeatMs) {
      this.backlog.append(DMP_HEARTBEAT, 0, DMP_HEARTBEAT.length, 0);
      this.flush();
    }
    this.watch.checkDropped(this.tally.contentsDropped, this);
  }

  /** Ends the feed: writes what the socket takes at once, drops the rest. */
  end(): void {
    while (this.state !== FEED_GONE && this.flush() >= FLUSH_MAX_OCTETS);
    this.state = FEED_GONE;
    this.lend(false);
    this.dropBacklog();
  }

  report(): FeedReport {
    return {
      slot: this.slot,
      contentsOut: this.tally.contentsOut,
      octetsOut: this.tally.octetsOut,
      contentsDropped: this.tally.contentsDropped,
      octetsDropped: this.tally.octetsDropped,
      backlogContents: this.backlog.contents,
      backlogOctets: this.backlog.octets,
    };
  }

  /** As deliver, with a heartbeat behind each short content that isn't dropped. */
  private deliverPadded(b: Buffer, from: number, to: number, contents: number): void {
    let start = from;
    let count = 0;
    for (let at = from; at < to; ) {
      const end = contentEnd(b, at);
      count++;
      if (end - at < SHORT_CONTENT_OCTETS) {
        const dropped = this.tally.contentsDropped;
        this.accept(b, start, end, count);
        if (this.tally.contentsDropped === dropped) {
          this.accept(DMP_HEARTBEAT, 0, DMP_HEARTBEAT.length, 0);
        }
        start = end;
        contents -= count;
        count = 0;
      }
      at = end;
    }
    if (start < to) this.accept(b, start, to, contents);
  }

  private accept(b: Buffer, from: number, to: number, contents: number): void {
    const octets = to - from;
    if (this.state < FEED_CONGESTED) {
      const isSmall = octets <= this.context.gatherOctets && this.hasRoomFor(contents, octets);
      if (this.state === FEED_GATHERING && !(isSmall && this.hasRoomInBatch(octets))) this.flush();
      if (isSmall && this.state < FEED_CONGESTED) {
        this.backlog.append(b, from, to, contents);
        this.state = FEED_GATHERING;
        return;
      }
    }
    if (this.state === FEED_IDLE) this.writeThrough(b, from, to, contents);
    else if (this.state === FEED_CONGESTED) this.keep(b, from, to, contents);
    else this.drop(contents, octets);
  }

  private hasRoomInBatch(octets: number): boolean {
    return this.backlog.octets + octets <= this.context.batchOctets;
  }

  private hasRoomFor(contents: number, octets: number): boolean {
    return (
      this.backlog.contents + contents <= this.limits.dropMessages &&
      this.backlog.octets + octets <= this.limits.dropOctets
    );
  }

  /** Writes straight from `b`; keeps what the socket doesn't take. */
  private writeThrough(b: Buffer, from: number, to: number, contents: number, gone = 0): void {
    const piece = this.context.ringPiece;
    piece.setWhole(b, from, to, contents);
    if (gone > 0) this.tally.out(piece.advance(gone), gone);
    if (this.write(piece)) return;
    this.stopWriting();
    if (this.state === FEED_GONE) {
      this.drop(piece.contents, piece.octets);
      return;
    }
    if (piece.isOpen) this.backlog.appendOpen(piece);
    this.keep(b, piece.openEnd, to, piece.wholeContents);
  }

  /** Writes a piece as far as the socket takes it; returns whether all is gone. */
  private write(piece: Piece): boolean {
    while (piece.at < piece.end) {
      const end = this.context.batchOctets === 0 ? piece.nextEnd() : piece.end;
      const octets = end - piece.at;
      const taken = this.give(piece.bytes, piece.at, octets);
      if (taken > 0) this.tally.out(piece.advance(taken), taken);
      if (taken < octets) return false;
    }
    return true;
  }

  /** The octets that the socket takes; 0 if it is full, or fails, which the state then says. */
  private give(b: Buffer, at: number, octets: number): number {
    this.context.counters.add(WRITER_COUNTERS.batches, 1);
    this.lastWriteMs = this.context.nowMs;
    try {
      return this.sink.write(b, at, octets);
    } catch (error) {
      this.failure = failureText(error);
      this.state = FEED_GONE;
      return 0;
    }
  }

  /** After the socket hasn't taken all: it is full, or has failed. */
  private stopWriting(): void {
    this.lend(false);
    if (this.state === FEED_GONE) {
      this.dropBacklog();
    } else if (this.state !== FEED_CONGESTED) {
      this.state = FEED_CONGESTED;
      this.context.counters.add(WRITER_COUNTERS.congestedEvents, 1);
    }
  }

  /** Keeps, of the contents in [from, to), the first ones that the limits allow. */
  private keep(b: Buffer, from: number, to: number, contents: number): void {
    const octets = to - from;
    if (contents === 0 || this.hasRoomFor(contents, octets)) {
      if (octets > 0) this.backlog.append(b, from, to, contents);
    } else {
      const limitOctets = this.limits.dropOctets - this.backlog.octets;
      const limitContents = this.limits.dropMessages - this.backlog.contents;
      const walk = this.context.walk;
      walk.pass(b, from, from + Math.min(octets, limitOctets), limitContents);
      const end = walk.end;
      const kept = walk.contents;
      this.backlog.append(b, from, end, kept);
      this.drop(contents - kept, to - end);
    }
    this.checkBacklog();
  }

  private drop(contents: number, octets: number): void {
    this.tally.dropped(contents, octets);
    // A feed that ends says in another way what it has lost.
    if (this.state === FEED_CONGESTED) this.watch.checkDropped(this.tally.contentsDropped, this);
  }

  /** Says whether a borrower may write to the feed: nothing waits, and nothing is to be added. */
  private lend(isIdle: boolean): void {
    this.meter.set(FEED_METER.lendable, isIdle && !this.padShort ? 1 : 0);
  }

  private dropBacklog(): void {
    this.tally.dropped(this.backlog.contents, this.backlog.octets);
    this.backlog.clear();
    this.tally.backlog(0, 0);
  }

  private checkBacklog(): void {
    const { contents, octets } = this.backlog;
    this.tally.backlog(contents, octets);
    this.tally.warned(this.watch.checkBacklog(contents, octets, this));
  }
}

function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
