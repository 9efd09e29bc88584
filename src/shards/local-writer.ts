import { performance } from 'node:perf_hooks';
import type { FeedSettings } from '../dmp-writer/feed.ts';
import type { FeedLimits } from '../dmp-writer/feed-limits.ts';
import type { FeedSink } from '../dmp-writer/feed-sink.ts';
import { FeedWriter, type FeedWriterSettings } from '../dmp-writer/feed-writer.ts';
import type { Producer } from '../dmp-writer/inlet.ts';
import type { CounterBlock } from '../ring/counters.ts';
import type { Parking } from '../ring/parking.ts';
import { RingConsumer } from '../ring/ring-consumer.ts';
import type { RingWriterPeer } from '../ring/ring-peer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { FdSink } from './fd-sink.ts';
import type { WriterEvents } from './writer-events.ts';
import type { FeedOrder } from './writer-messages.ts';

/** A writer without a thread of its own: the event loop of the thread that makes it drives it. */
export class LocalWriter {
  private readonly writer: FeedWriter;
  private readonly parking: Parking;
  private readonly events: WriterEvents;
  private immediate: NodeJS.Immediate | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  /** @param parking of this writer alone: other rings of the thread have their own */
  constructor(
    settings: FeedWriterSettings,
    counters: CounterBlock,
    parking: Parking,
    events: WriterEvents,
  ) {
    this.writer = new FeedWriter(settings, counters, events, () => {});
    this.parking = parking;
    this.events = events;
    queueMicrotask(() => events.onReady());
    this.wake();
  }

  /** Has the feed served; its descriptor must stay open until it is said to be gone or released. */
  addFeed(feed: FeedOrder): void {
    this.addSink(feed.slot, new FdSink(feed.fd), feed);
  }

  /** As addFeed, for a feed whose octets don't go straight to a descriptor. */
  addSink(slot: number, sink: FeedSink, settings: FeedSettings): void {
    this.writer.addFeed(slot, sink, settings, performance.now());
    this.wake();
  }

  /** Changes how far a feed may be behind. */
  setLimits(slot: number, limits: FeedLimits): void {
    this.writer.setLimits(slot, limits);
  }

  /** Ends a feed; `onFeedReleased` follows. */
  removeFeed(slot: number): void {
    const report = this.writer.removeFeed(slot);
    queueMicrotask(() => this.events.onFeedReleased(slot, report));
  }

  /** Has a ring read. It takes the place of one from the same producer, which must have ended. */
  attachRing(from: Producer, ring: SharedArrayBuffer, peer: RingWriterPeer): void {
    this.writer.attachRing(from, new RingConsumer(SpscRing.attach(ring)), peer);
    this.wake();
  }

  /** Has the rings read soon: `RingProducer.publish` has said that this writer rests. */
  wake(): void {
    if (this.isStopped) return;
    this.immediate ??= setImmediate(() => this.turn());
  }

  /** Ends all feeds, then the writer: `onFeedReleased` for each, then `onExit(null)`. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.cancel();
    const reports = this.writer.finish();
    queueMicrotask(() => {
      for (const report of reports) this.events.onFeedReleased(report.slot, report);
      this.events.onExit(null);
    });
  }

  private turn(): void {
    this.cancel();
    this.parking.rise();
    const nowMs = performance.now();
    const hasWorked = this.writer.pump(nowMs);
    if (this.isStopped) return;
    if (hasWorked || !this.parking.restUnlessWork([this.writer])) this.wake();
    else this.wakeAfter(this.writer.dueMs - nowMs);
  }

  private wakeAfter(delayMs: number): void {
    if (delayMs === Infinity) return;
    this.timer = setTimeout(() => this.turn(), delayMs);
    this.timer.unref();
  }

  private cancel(): void {
    if (this.immediate !== null) clearImmediate(this.immediate);
    if (this.timer !== null) clearTimeout(this.timer);
    this.immediate = null;
    this.timer = null;
  }
}
