import { performance } from 'node:perf_hooks';
import { ReaderTally } from '../../dmp-reader/reader-tally.ts';
import { RingOutlet } from '../../dmp-reader/ring-outlet.ts';
import type { SinkConnection } from '../../dmp-reader/sink-reader.ts';
import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import { CounterPage } from '../../ring/counters.ts';
import { createDoorbells, Doorbell, Parking } from '../../ring/parking.ts';
import { RingConsumer } from '../../ring/ring-consumer.ts';
import { RingProducer } from '../../ring/ring-producer.ts';
import { SpscRing } from '../../ring/spsc-ring.ts';
import { LocalRingPeer } from '../../shards/local-ring-peer.ts';
import { LocalShard } from '../../shards/local-shard.ts';
import { LocalWriter } from '../../shards/local-writer.ts';
import { MainInbox } from '../../shards/main-inbox.ts';
import { MainInboxes } from '../../shards/main-inboxes.ts';
import { osThreadId } from '../../shards/os-thread.ts';
import type { SinkLease, TopologyChange, VhostSnapshot } from '../../shards/shard-messages.ts';
import type { FeedOrder } from '../../shards/writer-messages.ts';
import type { ConnectionSocket } from '../net/connection-socket.ts';
import type { Turn } from '../net/turn.ts';
import type { AttachedSink, DataPlane, PlaneEvents } from './data-plane.ts';
import type { PlaneReport, RingReport } from './direct-report.ts';
import { FeedOutlet } from './feed-outlet.ts';
import { MainTally } from './main-tally.ts';
import { feedEvents, type PlaneSettings } from './plane-settings.ts';
import { ringReport } from './ring-report.ts';

/** Who reads which ring has a doorbell of its own, though all are in one thread. */
const MAIN_DOORBELL = 0;
const WRITER_DOORBELL = 1;

const MAIN_BLOCK = 0;
const SHARD_BLOCK = 1;
const WRITER_BLOCK = 2;

/** Octets of a content that a connection here puts in front of what it reads; see ReadBuffer. */
const LEFT_OVER_MAX_OCTETS = 4096;

/** The number of the only shard, and of the only writer. */
const ONLY = 0;

/** One shard and one writer in main's own thread: the same classes over the same rings. */
export class LocalPlane implements DataPlane {
  readonly shardCount = 1;
  readonly writerCount = 1;
  readonly counters = CounterPage.create(['main', 'shard', 'writer']);
  private readonly turn: Turn;
  private readonly events: PlaneEvents;
  private readonly inboxes: MainInboxes;
  private readonly shard: LocalShard;
  private readonly writer: LocalWriter;
  private readonly feedOutlet: FeedOutlet;
  private readonly sinks = new Map<number, ConnectionSocket>();
  private readonly rings: readonly (Pick<RingReport, 'from' | 'to'> & { ring: SpscRing })[];

  constructor(settings: PlaneSettings, turn: Turn, events: PlaneEvents) {
    this.turn = turn;
    this.events = events;
    const { ringOctets, maxContentOctets, batchOctets, heartbeatMs } = settings;
    const tally = new MainTally(this.counters.block(MAIN_BLOCK));
    const doorbells = createDoorbells(2);
    const mainBell = Doorbell.attach(doorbells, MAIN_DOORBELL);
    const writerBell = Doorbell.attach(doorbells, WRITER_DOORBELL);
    this.inboxes = new MainInboxes(Parking.attach(doorbells, MAIN_DOORBELL), (work) =>
      turn.run(work),
    );
    this.writer = new LocalWriter(
      { batchOctets, heartbeatMs },
      this.counters.block(WRITER_BLOCK),
      Parking.attach(doorbells, WRITER_DOORBELL),
      { ...feedEvents(turn, events), onReady: () => {}, onExit: () => {} },
    );
    const toMain = SpscRing.create(ringOctets);
    const toMainPeer = new LocalRingPeer(
      () => this.inboxes.wake(),
      () => this.soon(() => this.shard.spaceGranted(null)),
    );
    this.shard = new LocalShard(
      { ring: toMain, doorbell: mainBell, peer: toMainPeer },
      new ReaderTally(this.counters.block(SHARD_BLOCK)),
      maxContentOctets,
      {
        onReady: () => {},
        onSynced: (sequence) => turn.run(() => events.synced(ONLY, sequence)),
        onSinkClosed: () => {},
        onExit: () => {},
      },
    );
    const consumer = new RingConsumer(SpscRing.attach(toMain));
    this.inboxes.add(new MainInbox(consumer, toMainPeer, events, tally));
    const toWriter = SpscRing.create(ringOctets);
    const toWriterPeer = new LocalRingPeer(
      () => this.writer.wake(),
      () => this.soon(() => this.shard.spaceGranted(ONLY)),
    );
    this.shard.attachRing(ONLY, { ring: toWriter, doorbell: writerBell, peer: toWriterPeer });
    this.writer.attachRing(ONLY, toWriter, toWriterPeer);
    const mainToWriter = SpscRing.create(ringOctets);
    const mainToWriterPeer = new LocalRingPeer(
      () => this.writer.wake(),
      () => this.soon(() => outlet.spaceGranted()),
    );
    const outlet = new RingOutlet(
      new RingProducer(SpscRing.attach(mainToWriter), writerBell),
      mainToWriterPeer,
      tally,
    );
    this.feedOutlet = new FeedOutlet(outlet, tally, () => events.outletUnblocked(ONLY));
    this.writer.attachRing('main', mainToWriter, mainToWriterPeer);
    this.rings = [
      { from: { shard: ONLY }, to: 'main', ring: SpscRing.attach(toMain) },
      { from: { shard: ONLY }, to: { writer: ONLY }, ring: SpscRing.attach(toWriter) },
      { from: 'main', to: { writer: ONLY }, ring: SpscRing.attach(mainToWriter) },
    ];
  }

  shardOf(): number {
    return ONLY;
  }

  isRunning(): boolean {
    return true;
  }

  sendSnapshot(_shard: number, snapshot: VhostSnapshot): void {
    this.shard.sendSnapshot(snapshot);
  }

  deleteVhost(_shard: number, vhost: string): void {
    this.shard.deleteVhost(vhost);
  }

  sendChanges(
    _shard: number,
    vhost: string,
    changes: readonly TopologyChange[],
    sequence: number,
  ): void {
    this.shard.sendChanges(vhost, changes, sequence);
  }

  attachSink(
    _shard: number,
    lease: SinkLease,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): AttachedSink {
    let reason: string | null = null;
    const connection: SinkConnection = {
      pause: () => transport.setReading(false),
      resume: (leftOver) => transport.resumeWith(leftOver),
      fail: (fault) => {
        reason = fault;
        transport.destroy();
      },
    };
    const sink = this.shard.attachSink(lease, connection, LEFT_OVER_MAX_OCTETS);
    if (sink === null) {
      transport.destroy();
      this.soon(() => this.events.sinkClosed(lease.sink, 'its exchange is gone', true));
      return { parked: null, next: end };
    }
    this.sinks.set(lease.sink, transport);
    transport.become({
      receive: (read, from, to) => sink.receive(read, from, to),
      wrote: () => {},
      socketClosed: () => {
        this.sinks.delete(lease.sink);
        sink.close();
        this.events.sinkClosed(lease.sink, reason, true);
      },
    });
    return { parked: null, next: sink.receive(octets, at, end) };
  }

  closeSink(_shard: number, sink: number): void {
    this.sinks.get(sink)?.end();
  }

  outlet(): FeedOutlet {
    return this.feedOutlet;
  }

  addFeed(_writer: number, feed: FeedOrder): void {
    this.writer.addFeed(feed);
  }

  setFeedLimits(_writer: number, slot: number, limits: FeedLimits): void {
    this.writer.setLimits(slot, limits);
  }

  removeFeed(_writer: number, slot: number): void {
    this.writer.removeFeed(slot);
  }

  hold(held: boolean): void {
    this.inboxes.hold(held);
  }

  publish(): void {
    this.feedOutlet.publish();
  }

  report(): PlaneReport {
    const { active, idle } = performance.eventLoopUtilization();
    return {
      mode: 'local',
      threads: this.counters.snapshots().map(({ kind, beats, counters }) => ({
        kind,
        number: ONLY,
        isRunning: true,
        restarts: 0,
        load: kind === 'main' ? { busyMs: active, idleMs: idle } : null,
        osThread: kind === 'main' ? osThreadId() : null,
        beats,
        counters,
      })),
      rings: this.rings.map(({ from, to, ring }) => ringReport(from, to, ring)),
    };
  }

  async stop(): Promise<void> {
    for (const transport of this.sinks.values()) transport.destroy();
    this.writer.stop();
    this.inboxes.stop();
    // What the writer has to say of its feeds comes in a microtask.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Not within the call that caused it: whoever granted space is in the middle of something. */
  private soon(work: () => void): void {
    setImmediate(() => this.turn.run(work));
  }
}
