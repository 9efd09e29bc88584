import { type CounterBlock, WRITER_COUNTERS } from '../ring/counters.ts';
import { LOAN_MAX_OCTETS, type LoanNote } from '../ring/loan-note.ts';
import { FEED_METER, type Meter } from '../ring/meter.ts';
import type { Doorbell } from '../ring/parking.ts';
import { RECORD_SKIPPED } from '../ring/record-types.ts';
import type { RingProducer } from '../ring/ring-producer.ts';
import type { PendingRecords } from './pending-records.ts';

/**
 * Time from one loan to the next, at least. A write costs some 5 µs, so that a shard spends a tenth
 * of its time with them at most; at higher rates the writer is woken, stays awake, and the two work
 * side by side.
 */
const LOAN_INTERVAL_MS = 0.05;

/** What a shard borrows a writer's place with. */
export interface LoanTools {
  /** The writer's. */
  readonly bell: Doorbell;
  readonly note: LoanNote;
  readonly counters: CounterBlock;
  /** Number of the shard. */
  readonly borrower: number;
  /**
   * Writes octets to a socket that doesn't block.
   * @returns how many it took; 0 if it is full or has failed, which the writer will find out
   */
  readonly write: (fd: number, octets: Buffer, at: number, length: number) => number;
  /** Milliseconds of any clock that never goes back. */
  readonly now: () => number;
}

interface LentFeed {
  readonly fd: number;
  readonly meter: Meter;
}

/**
 * Spares a sleeping writer the waking for little: while a writer sleeps and lends its place
 * (parking.ts), the shard writes what it has for the writer's feeds itself. Waking a thread costs
 * more than such a write, and the message waits for it.
 *
 * It is as if the writer had done it: the ring is empty, or the shard doesn't write; the numbers of
 * feed and writer are brought up to date; what a socket doesn't take is left as a note, and the
 * rest follows through the ring. A feed says in its meter whether it may be written to: it has no
 * backlog and needs no padding. As long as it does, its descriptor is open, because the writer
 * says otherwise before main closes it.
 */
export class WriterLoan {
  private readonly tools: LoanTools;
  private readonly feeds = new Map<number, LentFeed>();
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(tools: LoanTools) {
    this.tools = tools;
  }

  /** Contents for this feed may come from now on. */
  add(slot: number, fd: number, meter: Meter): void {
    this.feeds.set(slot, { fd, meter });
  }

  /** Nothing comes for this feed any more. */
  delete(slot: number): void {
    this.feeds.delete(slot);
  }

  /**
   * Writes the records that aren't published, if that may be done.
   * @returns true if nothing is left of them; false if what is left must be published
   */
  deliver(producer: RingProducer, pending: PendingRecords): boolean {
    const { bell, borrower, note, now } = this.tools;
    if (!pending.areFew || !pending.onlyContents) return false;
    if (producer.unpublishedOctets > LOAN_MAX_OCTETS || !bell.lends) return false;
    const nowMs = now();
    if (nowMs - this.lastMs < LOAN_INTERVAL_MS || !bell.borrow(borrower)) return false;
    this.lastMs = nowMs;
    const done = producer.isDrained() ? this.write(producer, pending) : 0;
    const isDone = done === pending.count;
    if (isDone) producer.withdraw();
    else for (let i = 0; i < done; i++) producer.retype(pending.recordAt[i], RECORD_SKIPPED);
    // Nobody may write behind half a record before its rest: the writer must see to the note.
    bell.giveBack(borrower, !isDone || !note.isEmpty);
    return isDone;
  }

  /** Writes record after record until one isn't taken whole. @returns how many are seen to */
  private write(producer: RingProducer, pending: PendingRecords): number {
    for (let i = 0; i < pending.count; i++) {
      const feed = this.feeds.get(pending.targets[i]);
      if (feed === undefined || feed.meter.get(FEED_METER.lendable) === 0) return i;
      const octets = pending.octets[i];
      const taken = this.writeTo(feed, producer.bytes, pending, i);
      if (taken < octets) return taken > 0 ? i + 1 : i;
    }
    return pending.count;
  }

  /** Writes one record; leaves a note if a part of it is left. @returns octets that are gone */
  private writeTo(
    { fd, meter }: LentFeed,
    bytes: Buffer,
    pending: PendingRecords,
    i: number,
  ): number {
    const { counters, note, write } = this.tools;
    const at = pending.payloadAt[i];
    const octets = pending.octets[i];
    const contents = pending.contents[i];
    // If this thread dies now, nobody knows how much was written: the feed must end.
    meter.set(FEED_METER.lent, 1);
    const taken = write(fd, bytes, at, octets);
    if (taken === octets) {
      meter.add(FEED_METER.contentsOut, contents);
      meter.add(FEED_METER.octetsOut, octets);
      counters.add(WRITER_COUNTERS.contentsOut, contents);
      counters.add(WRITER_COUNTERS.octetsOut, octets);
      counters.add(WRITER_COUNTERS.batches, 1);
      counters.add(WRITER_COUNTERS.batchesLent, 1);
    } else if (taken > 0) {
      note.leave(pending.targets[i], contents, bytes, at, at + octets, taken);
    }
    meter.set(FEED_METER.lent, 0);
    return taken;
  }
}
