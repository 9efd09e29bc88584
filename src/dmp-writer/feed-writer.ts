import { type CounterBlock, WRITER_COUNTERS } from '../ring/counters.ts';
import type { LoanNote } from '../ring/loan-note.ts';
import type { WorkSource } from '../ring/parking.ts';
import { readPayloadWord } from '../ring/payload-words.ts';
import {
  RECORD_BARRIER,
  RECORD_CONTENTS,
  RECORD_FENCE,
  RECORD_LARGE_CONTENT,
  RECORD_MARK,
  RECORD_SKIPPED,
} from '../ring/record-types.ts';
import type { RingConsumer } from '../ring/ring-consumer.ts';
import type { RingWriterPeer } from '../ring/ring-peer.ts';
import { Barriers } from './barriers.ts';
import { Congestion } from './congestion.ts';
import {
  FEED_CONGESTED,
  FEED_GATHERING,
  FEED_GONE,
  FEED_IDLE,
  Feed,
  type FeedSettings,
} from './feed.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedEvents, FeedReport } from './feed-report.ts';
import type { FeedSink } from './feed-sink.ts';
import { Inlet, type Producer } from './inlet.ts';
import { Marks } from './marks.ts';
import { WriterContext } from './writer-context.ts';

/** Octets read from one ring before the others have their turn. */
const VISIT_MAX_OCTETS = 256 * 1024;

/** What a record counts for beside its payload, so that empty ones can't go on for ever. */
const RECORD_COST_OCTETS = 16;

/**
 * Feeds for which small records wait for others, at most: each of them holds a piece of memory, and
 * the first has waited while the last was served.
 */
const GATHERING_MAX = 64;

/** How long a ring stands at a barrier, at most: main answers within a turn of its event loop. */
const BARRIER_MAX_MS = 1000;

/** Part of the heartbeat interval by which a heartbeat may be late. */
const TICKS_PER_HEARTBEAT = 8;

/** How a writer works. */
export interface FeedWriterSettings {
  /** Most octets copied together for a write; below 2048 contents are written singly. */
  readonly batchOctets: number;
  /** A feed that was idle for so long gets a heartbeat. */
  readonly heartbeatMs: number;
}

/**
 * Reads rings and writes what is in them to feeds. A ring is never held up by a feed: what a socket
 * doesn't take is copied, or dropped. Whoever owns a writer calls `pump` when a ring has something,
 * and when it is `dueMs`.
 */
export class FeedWriter implements WorkSource {
  private readonly context: WriterContext;
  private readonly tickMs: number;
  private readonly heartbeatMs: number;
  private readonly feeds = new Map<number, Feed>();
  private readonly inlets: Inlet[] = [];
  /** Rings that will be read from the next turn on. */
  private readonly newInlets: Inlet[] = [];
  private readonly barriers = new Barriers();
  private readonly congestion: Congestion;
  private readonly marks: Marks;
  private readonly gathering: Feed[] = [];
  private nextTickMs = Infinity;
  /** The feed that got the last record: most likely the next one, too. */
  private recent: Feed | null = null;
  private readonly catchUp: () => void;

  /**
   * @param catchUp called when a record is for a feed that the writer doesn't know: adds the feeds
   *   that it should have been told of by now. Whoever sent the record may have been faster.
   */
  constructor(
    settings: FeedWriterSettings,
    counters: CounterBlock,
    events: FeedEvents,
    catchUp: () => void,
  ) {
    this.catchUp = catchUp;
    this.context = new WriterContext(settings.batchOctets, counters, events);
    this.heartbeatMs = settings.heartbeatMs;
    this.tickMs = settings.heartbeatMs / TICKS_PER_HEARTBEAT;
    this.congestion = new Congestion((feed) => this.lose(feed));
    this.marks = new Marks((slot, mark) => events.onMarkReached(slot, mark));
  }

  /** Whether a ring has something that can be read now: to be asked before the thread sleeps. */
  hasPublished(): boolean {
    for (let i = 0; i < this.inlets.length; i++) {
      if (this.inlets[i].hasPublished()) return true;
    }
    return this.newInlets.length > 0;
  }

  /**
   * Whether somebody else may write to idle feeds while this writer sleeps (see WriterLoan): no
   * ring stands at a barrier, and contents needn't be written singly.
   */
  get canLend(): boolean {
    if (this.context.batchOctets === 0) return false;
    for (let i = 0; i < this.inlets.length; i++) if (this.inlets[i].isStalled) return false;
    return true;
  }

  /** Goes on where a borrower stopped; to be called first of all after a sleep. */
  finishLoan(note: LoanNote, nowMs: number): void {
    if (note.isEmpty) return;
    this.context.nowMs = nowMs;
    const { slot, payload, contents, written } = note;
    const feed = this.feeds.get(slot);
    if (feed === undefined) throw new Error(`Feed slot ${slot} was lent and isn't there`);
    feed.resume(payload, 0, payload.length, contents, written);
    note.clear();
    if (feed.state !== FEED_IDLE) this.follow(feed);
  }

  /** Ends the feeds to which a borrower was writing when it died. */
  endBrokenLoans(): void {
    for (const feed of this.feeds.values()) {
      if (!feed.isBroken) continue;
      feed.fail('the thread that was writing to it has ended');
      this.lose(feed);
    }
  }

  /** When there is something to do even if no ring has anything; Infinity if never. */
  get dueMs(): number {
    let dueMs = Math.min(this.congestion.dueMs, this.nextTickMs);
    for (let i = 0; i < this.inlets.length; i++) {
      if (this.inlets[i].isStalled) dueMs = Math.min(dueMs, this.inlets[i].stalledUntilMs);
    }
    return dueMs;
  }

  /**
   * Serves a feed from now on.
   * @param slot what records for the feed have as their target; never used again after the feed
   * @throws Error if the slot is taken
   */
  addFeed(slot: number, sink: FeedSink, settings: FeedSettings, nowMs: number): void {
    if (this.feeds.has(slot)) throw new Error(`Feed slot ${slot} is taken`);
    this.context.nowMs = nowMs;
    this.feeds.set(slot, new Feed(slot, sink, settings, this.context));
    this.nextTickMs = Math.min(this.nextTickMs, nowMs + this.tickMs);
  }

  /** Changes how far a feed may be behind; does nothing if there is no such feed any more. */
  setLimits(slot: number, limits: FeedLimits): void {
    this.feeds.get(slot)?.setLimits(limits);
  }

  /**
   * Ends a feed: writes what its socket takes at once, drops the rest, never uses its sink again.
   * @returns null if there is no such feed, or none any more
   */
  removeFeed(slot: number): FeedReport | null {
    const feed = this.feeds.get(slot);
    if (feed === undefined) return null;
    feed.end();
    this.forget(feed);
    return feed.report();
  }

  /** Delivers what the rings hold, then ends all feeds. */
  finish(): FeedReport[] {
    this.installInlets();
    for (const inlet of this.inlets) this.drain(inlet);
    return [...this.feeds.values()].map((feed) => {
      feed.end();
      this.forget(feed);
      return feed.report();
    });
  }

  /**
   * Reads this ring from the next turn on. It replaces the one that came from the same producer,
   * which must have ended: what that ring still holds is delivered first.
   */
  attachRing(from: Producer, consumer: RingConsumer, peer: RingWriterPeer): void {
    this.newInlets.push(new Inlet(from, consumer, peer));
  }

  /**
   * Does what there is to do, but a bounded part of it.
   * @param nowMs milliseconds of any clock that never goes back
   * @returns whether anything was done: call it again before sleeping
   */
  pump(nowMs: number): boolean {
    this.context.nowMs = nowMs;
    this.installInlets();
    let hasWorked = this.congestion.retry(nowMs);
    for (let i = 0; i < this.inlets.length; i++) {
      if (this.visit(this.inlets[i], nowMs)) hasWorked = true;
    }
    this.flushGathering();
    this.marks.check();
    if (nowMs >= this.nextTickMs) this.tick(nowMs);
    return hasWorked;
  }

  private visit(inlet: Inlet, nowMs: number): boolean {
    if (inlet.isStalled && !this.endsStall(inlet, nowMs)) return false;
    const consumer = inlet.consumer;
    let octets = 0;
    while (octets < VISIT_MAX_OCTETS && !inlet.isStalled && consumer.next()) {
      octets += consumer.payloadLength + RECORD_COST_OCTETS;
      this.serve(inlet, nowMs);
    }
    inlet.release();
    return octets > 0;
  }

  private installInlets(): void {
    if (this.newInlets.length === 0) return;
    for (const inlet of this.newInlets) {
      const index = this.inlets.findIndex((other) => other.from === inlet.from);
      if (index === -1) {
        this.inlets.push(inlet);
      } else {
        this.drain(this.inlets[index]);
        this.inlets[index] = inlet;
      }
    }
    this.newInlets.length = 0;
  }

  /** Delivers what is in a ring now, barriers or not; not what a living producer adds meanwhile. */
  private drain(inlet: Inlet): void {
    const { consumer } = inlet;
    let octets = 0;
    while (octets < consumer.bytes.length && consumer.next()) {
      octets += consumer.payloadLength + RECORD_COST_OCTETS;
      this.serve(inlet, this.context.nowMs);
    }
    inlet.release();
  }

  private serve(inlet: Inlet, nowMs: number): void {
    const { type, target, count } = inlet.consumer;
    if (type === RECORD_CONTENTS) this.deliver(inlet.consumer);
    else if (type === RECORD_LARGE_CONTENT) this.deliverLarge(inlet);
    else if (type === RECORD_BARRIER) this.meetBarrier(inlet, target, count, nowMs);
    else if (type === RECORD_FENCE) this.context.events.onFencePassed(target, count);
    else if (type === RECORD_MARK) this.setMark(target, count);
    else if (type !== RECORD_SKIPPED)
      throw new Error(`A writer has no use for a record of type ${type}`);
  }

  private deliver(consumer: RingConsumer): void {
    const { target, count, bytes, payloadAt, payloadLength } = consumer;
    const feed = this.findFeed(target);
    if (feed === null) {
      this.countLost(count, payloadLength);
      return;
    }
    const state = feed.state;
    feed.deliver(bytes, payloadAt, payloadAt + payloadLength, count);
    if (feed.state !== state) this.follow(feed);
  }

  private deliverLarge(inlet: Inlet): void {
    const { target, bytes, payloadAt } = inlet.consumer;
    const octets = inlet.peer.takeLarge(readPayloadWord(bytes, payloadAt));
    const feed = this.findFeed(target);
    if (feed === null) {
      this.countLost(1, octets.length);
      return;
    }
    const state = feed.state;
    feed.deliverOwned(octets);
    if (feed.state !== state) this.follow(feed);
  }

  private findFeed(slot: number): Feed | null {
    if (this.recent !== null && this.recent.slot === slot) return this.recent;
    if (!this.feeds.has(slot)) this.catchUp();
    this.recent = this.feeds.get(slot) ?? null;
    return this.recent;
  }

  private countLost(contents: number, octets: number): void {
    this.context.counters.add(WRITER_COUNTERS.contentsDropped, contents);
    this.context.counters.add(WRITER_COUNTERS.octetsDropped, octets);
  }

  /** Sees to a feed whose state has changed. */
  private follow(feed: Feed): void {
    if (feed.state === FEED_GATHERING) {
      this.gathering.push(feed);
      if (this.gathering.length >= GATHERING_MAX) this.flushGathering();
    } else if (feed.state === FEED_CONGESTED) {
      this.congestion.add(feed, this.context.nowMs);
    } else if (feed.state === FEED_GONE) {
      this.lose(feed);
    }
  }

  private flushGathering(): void {
    for (let i = 0; i < this.gathering.length; i++) {
      const feed = this.gathering[i];
      if (feed.state !== FEED_GATHERING) continue;
      feed.flush();
      this.follow(feed);
    }
    this.gathering.length = 0;
  }

  private meetBarrier(inlet: Inlet, slot: number, barrier: number, nowMs: number): void {
    if (this.findFeed(slot) === null) return;
    if (inlet.from === 'main') this.barriers.arrive(slot, barrier);
    else if (!this.barriers.pass(slot, barrier)) {
      inlet.stall(slot, barrier, nowMs + BARRIER_MAX_MS);
    }
  }

  private setMark(slot: number, mark: number): void {
    const feed = this.findFeed(slot);
    if (feed !== null) this.marks.add(feed, mark);
  }

  /** Whether a ring that stands at a barrier may go on, which it does then. */
  private endsStall(inlet: Inlet, nowMs: number): boolean {
    const { slot, barrier } = inlet;
    if (this.feeds.has(slot) && !this.barriers.pass(slot, barrier)) {
      if (nowMs < inlet.stalledUntilMs) return false;
      this.barriers.giveUp(slot, barrier);
      this.context.events.onBarrierOverdue(slot);
    }
    inlet.isStalled = false;
    return true;
  }

  private tick(nowMs: number): void {
    for (const feed of this.feeds.values()) {
      const state = feed.state;
      feed.tick(this.heartbeatMs);
      if (feed.state !== state) this.follow(feed);
    }
    this.nextTickMs = this.feeds.size === 0 ? Infinity : nowMs + this.tickMs;
  }

  /** A feed's socket has failed. */
  private lose(feed: Feed): void {
    // Whoever heard of the feed's troubles may have removed it in the middle of them.
    if (this.feeds.get(feed.slot) !== feed) return;
    this.forget(feed);
    this.context.counters.add(WRITER_COUNTERS.feedFailures, 1);
    this.context.events.onFeedGone(feed.report(), feed.failure);
  }

  private forget(feed: Feed): void {
    this.feeds.delete(feed.slot);
    this.barriers.forget(feed.slot);
    this.recent = null;
  }
}
