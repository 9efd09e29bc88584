import { performance } from 'node:perf_hooks';
import { MessageChannel } from 'node:worker_threads';
import { RingOutlet } from '../../dmp-reader/ring-outlet.ts';
import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import { CounterPage, type ThreadKind, WRITER_COUNTERS } from '../../ring/counters.ts';
import { LoanNote } from '../../ring/loan-note.ts';
import { createDoorbells, Doorbell, Parking } from '../../ring/parking.ts';
import { RingConsumer } from '../../ring/ring-consumer.ts';
import { RingProducer } from '../../ring/ring-producer.ts';
import { SpscRing } from '../../ring/spsc-ring.ts';
import { MainInbox } from '../../shards/main-inbox.ts';
import { MainInboxes } from '../../shards/main-inboxes.ts';
import { osThreadId } from '../../shards/os-thread.ts';
import { shardOf } from '../../shards/placement.ts';
import { RingReaderPort, RingWriterPort } from '../../shards/ring-port.ts';
import type { SinkLease, TopologyChange, VhostSnapshot } from '../../shards/shard-messages.ts';
import { ShardThread } from '../../shards/shard-thread.ts';
import type { FeedOrder } from '../../shards/writer-messages.ts';
import { WriterThread } from '../../shards/writer-thread.ts';
import type { ConnectionSocket } from '../net/connection-socket.ts';
import type { Turn } from '../net/turn.ts';
import type { AttachedSink, DataPlane, PlaneEvents } from './data-plane.ts';
import type { PlaneReport, RingReport, ThreadLoad, ThreadReport } from './direct-report.ts';
import { FeedOutlet } from './feed-outlet.ts';
import { MainTally } from './main-tally.ts';
import { feedEvents, type PlaneSettings } from './plane-settings.ts';
import { ringReport } from './ring-report.ts';

/** Main's doorbell, and its block of counters. Those of the writers follow, by their numbers. */
const MAIN = 0;

/**
 * A thread that ended sooner than this is started again only after as long, to keep a core free.
 */
const RESTART_PAUSE_MS = 1000;

/** How long threads may take to end when they are told to, before they are ended. */
const STOP_TIMEOUT_MS = 2000;

/** A loan (see WriterLoan) takes some microseconds: so soon it is asked again if it has ended. */
const SEIZE_RETRY_MS = 1;

/** Heap of a thread: shards copy the topology; messages are not on the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1024 };

interface Shard {
  readonly thread: ShardThread;
  readonly inbox: MainInbox;
  readonly port: RingReaderPort;
  readonly startedAtMs: number;
  /** The ring to main, and those to the writers by their numbers. */
  readonly toMain: SpscRing;
  readonly toWriters: Map<number, SpscRing>;
}

interface Writer {
  readonly thread: WriterThread;
  readonly outlet: FeedOutlet;
  readonly port: RingWriterPort;
  readonly startedAtMs: number;
  /** The ring from main. */
  readonly fromMain: SpscRing;
  /** Memory of its LoanNote. */
  readonly note: SharedArrayBuffer;
  /** What its block of counters showed when it started. */
  readonly sleptBeforeMs: number;
}

/**
 * Shards and writers in threads of their own. A thread that dies is replaced: its connections
 * close, its rings are made anew, and what it knew is sent to the new one when it is needed.
 */
export class ThreadPlane implements DataPlane {
  readonly shardCount: number;
  readonly writerCount: number;
  readonly counters: CounterPage;
  private readonly settings: PlaneSettings;
  private readonly turn: Turn;
  private readonly events: PlaneEvents;
  private readonly doorbells: SharedArrayBuffer;
  private readonly tally: MainTally;
  private readonly inboxes: MainInboxes;
  private readonly shards: (Shard | null)[];
  private readonly writers: (Writer | null)[];
  private readonly restarts = new Set<NodeJS.Timeout>();
  /** How often each has been started, by its block of counters. */
  private readonly starts: number[];
  private readonly osThread = osThreadId();
  private isStopping = false;
  private onThreadEnd: () => void = () => {};

  constructor(settings: PlaneSettings, turn: Turn, events: PlaneEvents) {
    const { shards, writers } = settings;
    this.settings = settings;
    this.turn = turn;
    this.events = events;
    this.shardCount = shards;
    this.writerCount = writers;
    this.doorbells = createDoorbells(1 + writers);
    this.counters = CounterPage.create([
      'main',
      ...Array.from({ length: writers }, (): ThreadKind => 'writer'),
      ...Array.from({ length: shards }, (): ThreadKind => 'shard'),
    ]);
    this.starts = Array.from({ length: 1 + writers + shards }, () => 0);
    this.tally = new MainTally(this.counters.block(MAIN));
    this.inboxes = new MainInboxes(Parking.attach(this.doorbells, MAIN), (work) => turn.run(work));
    this.shards = Array.from({ length: shards }, () => null);
    this.writers = Array.from({ length: writers }, () => null);
    for (let shard = 0; shard < shards; shard++) this.startShard(shard);
    for (let writer = 0; writer < writers; writer++) this.startWriter(writer);
  }

  shardOf(vhost: string, exchange: string): number {
    return shardOf(vhost, exchange, this.shardCount);
  }

  isRunning(shard: number): boolean {
    return this.shards[shard] !== null;
  }

  sendSnapshot(shard: number, snapshot: VhostSnapshot): void {
    this.shards[shard]?.thread.sendSnapshot(snapshot);
  }

  deleteVhost(shard: number, vhost: string): void {
    this.shards[shard]?.thread.deleteVhost(vhost);
  }

  sendChanges(
    shard: number,
    vhost: string,
    changes: readonly TopologyChange[],
    sequence: number,
  ): void {
    this.shards[shard]?.thread.sendChanges(vhost, changes, sequence);
  }

  attachSink(
    shard: number,
    lease: SinkLease,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): AttachedSink {
    const thread = this.shards[shard]?.thread;
    if (thread === undefined) throw new Error(`shard ${shard} is not running`);
    const parked = transport.handOver();
    thread.attachSink(lease, parked.fd, octets.subarray(at, end));
    return { parked, next: end };
  }

  closeSink(shard: number, sink: number): void {
    this.shards[shard]?.thread.closeSink(sink);
  }

  outlet(writer: number): FeedOutlet | null {
    return this.writers[writer]?.outlet ?? null;
  }

  addFeed(writer: number, feed: FeedOrder): void {
    this.writers[writer]?.thread.addFeed(feed);
  }

  setFeedLimits(writer: number, slot: number, limits: FeedLimits): void {
    this.writers[writer]?.thread.setLimits(slot, limits);
  }

  removeFeed(writer: number, slot: number): void {
    this.writers[writer]?.thread.removeFeed(slot);
  }

  hold(held: boolean): void {
    this.inboxes.hold(held);
  }

  publish(): void {
    for (const writer of this.writers) writer?.outlet.publish();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.restarts) clearTimeout(timer);
    const ended = new Promise<void>((resolve) => {
      this.onThreadEnd = () => {
        if (this.threads().length === 0) resolve();
      };
      this.onThreadEnd();
    });
    for (const thread of this.threads()) thread.stop();
    const deadline = setTimeout(() => {
      for (const thread of this.threads()) void thread.terminate();
    }, STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(deadline);
    this.inboxes.stop();
  }

  report(): PlaneReport {
    return { mode: 'threads', threads: this.threadReports(), rings: this.ringReports() };
  }

  /** The threads that run. */
  threads(): readonly (ShardThread | WriterThread)[] {
    return [...this.shards, ...this.writers].flatMap((owner) =>
      owner === null ? [] : [owner.thread],
    );
  }

  private startShard(shard: number): void {
    const { turn, events, inboxes, doorbells } = this;
    const ring = SpscRing.create(this.settings.ringOctets);
    const { port1, port2 } = new MessageChannel();
    const port = new RingReaderPort(port1);
    const inbox = new MainInbox(new RingConsumer(SpscRing.attach(ring)), port, events, this.tally);
    port.listen(() => inboxes.wake());
    const thread = new ShardThread(
      {
        name: `directmq-shard-${shard}`,
        maxContentOctets: this.settings.maxContentOctets,
        main: { ring, doorbells, readerDoorbell: MAIN, port: port2 },
        counters: this.counters.buffer,
        counterBlock: 1 + this.writerCount + shard,
        resourceLimits: RESOURCE_LIMITS,
      },
      {
        onReady: () => {},
        onSynced: (sequence) => turn.run(() => events.synced(shard, sequence)),
        onSinkClosed: (sink, reason, descriptorClosed) =>
          turn.run(() => {
            // What the sink had published before comes first: some may have to be returned.
            inbox.pump(this.settings.ringOctets);
            events.sinkClosed(sink, reason, descriptorClosed);
          }),
        onExit: (error) => this.shardEnded(shard, error),
      },
    );
    this.starts[1 + this.writerCount + shard]++;
    this.shards[shard] = {
      thread,
      inbox,
      port,
      startedAtMs: Date.now(),
      toMain: SpscRing.attach(ring),
      toWriters: new Map(),
    };
    inboxes.add(inbox);
    for (let writer = 0; writer < this.writerCount; writer++) this.connect(shard, writer);
  }

  private startWriter(writer: number): void {
    const { turn, events, doorbells } = this;
    const { ringOctets, batchOctets, heartbeatMs } = this.settings;
    const doorbell = 1 + writer;
    const note = LoanNote.create();
    const thread = new WriterThread(
      {
        name: `directmq-writer-${writer}`,
        settings: { batchOctets, heartbeatMs },
        doorbells,
        doorbell,
        counters: this.counters.buffer,
        counterBlock: doorbell,
        note,
        resourceLimits: RESOURCE_LIMITS,
      },
      {
        ...feedEvents(turn, events),
        onReady: () => {},
        onExit: (error) => this.writerEnded(writer, error),
      },
    );
    const ring = SpscRing.create(ringOctets);
    const { port1, port2 } = new MessageChannel();
    const port = new RingWriterPort(port1, () => turn.run(() => ringOutlet.spaceGranted()));
    const producer = new RingProducer(SpscRing.attach(ring), Doorbell.attach(doorbells, doorbell));
    const ringOutlet = new RingOutlet(producer, port, this.tally);
    const outlet = new FeedOutlet(ringOutlet, this.tally, () => events.outletUnblocked(writer));
    thread.attachRing('main', { ring, doorbells, readerDoorbell: doorbell, port: port2 });
    this.starts[doorbell]++;
    this.writers[writer] = {
      thread,
      outlet,
      port,
      startedAtMs: Date.now(),
      fromMain: SpscRing.attach(ring),
      note,
      sleptBeforeMs: this.counters.block(doorbell).get(WRITER_COUNTERS.sleptMs),
    };
    for (let shard = 0; shard < this.shardCount; shard++) this.connect(shard, writer);
  }

  /** Makes the ring from a shard to a writer, once both are there. */
  private connect(shard: number, writer: number): void {
    const from = this.shards[shard];
    const to = this.writers[writer];
    if (from === null || to === null) return;
    const ring = SpscRing.create(this.settings.ringOctets);
    from.toWriters.set(writer, SpscRing.attach(ring));
    const { port1, port2 } = new MessageChannel();
    const { doorbells, counters } = this;
    const { note } = to;
    const block = 1 + writer;
    const link = { ring, doorbells, readerDoorbell: block };
    const loan = { borrower: shard, note, counters: counters.buffer, counterBlock: block };
    from.thread.attachRing(writer, { ...link, port: port1, loan });
    to.thread.attachRing(shard, { ...link, port: port2 });
  }

  private shardEnded(shard: number, error: Error | null): void {
    const ended = this.shards[shard];
    if (ended === null) return;
    this.shards[shard] = null;
    // What it had published is whole.
    this.turn.run(() => {
      while (ended.inbox.hasPublished()) ended.inbox.pump(Infinity);
    });
    this.inboxes.remove(ended.inbox);
    ended.port.close();
    this.endLoans(shard);
    this.ended(`shard ${shard}`, error, ended.startedAtMs, () => {
      this.startShard(shard);
    });
    if (!this.isStopping) this.turn.run(() => this.events.shardLost(shard));
  }

  private writerEnded(writer: number, error: Error | null): void {
    const ended = this.writers[writer];
    if (ended === null) return;
    this.writers[writer] = null;
    ended.port.close();
    for (const shard of this.shards) {
      shard?.thread.detachRing(writer);
      shard?.toWriters.delete(writer);
    }
    this.whenSeized(writer, () => {
      if (!this.isStopping) this.turn.run(() => this.events.writerLost(writer));
      this.ended(`writer ${writer}`, error, ended.startedAtMs, () => this.startWriter(writer));
    });
  }

  /** A shard that has ended while it had a writer's place won't give it back. */
  private endLoans(shard: number): void {
    for (let writer = 0; writer < this.writerCount; writer++) {
      const bell = Doorbell.attach(this.doorbells, 1 + writer);
      if (!bell.isBorrowedBy(shard)) continue;
      // The mail first: it must be read before anything else is written.
      this.writers[writer]?.thread.loanBroken();
      bell.giveBack(shard, true);
    }
  }

  /** Calls `done` when no shard has the place of a writer that has ended, or can get it. */
  private whenSeized(writer: number, done: () => void): void {
    if (Doorbell.attach(this.doorbells, 1 + writer).seize()) done();
    else setTimeout(() => this.whenSeized(writer, done), SEIZE_RETRY_MS);
  }

  private threadReports(): ThreadReport[] {
    const { writerCount } = this;
    const main = performance.eventLoopUtilization();
    return [
      this.threadReport('main', 0, MAIN, { busyMs: main.active, idleMs: main.idle }, this.osThread),
      ...this.shards.map((shard, number) =>
        this.threadReport(
          'shard',
          number,
          1 + writerCount + number,
          shard?.thread.load() ?? null,
          shard?.thread.osThread ?? null,
        ),
      ),
      ...this.writers.map((writer, number) =>
        this.threadReport(
          'writer',
          number,
          1 + number,
          this.writerLoad(number, writer),
          writer?.thread.osThread ?? null,
        ),
      ),
    ];
  }

  private threadReport(
    kind: ThreadKind,
    number: number,
    block: number,
    load: ThreadLoad | null,
    osThread: number | null,
  ): ThreadReport {
    const { beats, counters } = this.counters.snapshot(block);
    const restarts = Math.max(0, this.starts[block] - 1);
    return { kind, number, isRunning: load !== null, restarts, load, osThread, beats, counters };
  }

  /** A writer never goes back to its event loop, so it measures itself how long it sleeps. */
  private writerLoad(number: number, writer: Writer | null): ThreadLoad | null {
    if (writer === null) return null;
    const sleptMs = this.counters.block(1 + number).get(WRITER_COUNTERS.sleptMs);
    const idleMs = sleptMs - writer.sleptBeforeMs;
    return { busyMs: Math.max(0, Date.now() - writer.startedAtMs - idleMs), idleMs };
  }

  private ringReports(): RingReport[] {
    const reports: RingReport[] = [];
    this.shards.forEach((owner, shard) => {
      if (owner === null) return;
      reports.push(ringReport({ shard }, 'main', owner.toMain));
      for (const [writer, ring] of owner.toWriters) {
        reports.push(ringReport({ shard }, { writer }, ring));
      }
    });
    this.writers.forEach((owner, writer) => {
      if (owner !== null) reports.push(ringReport('main', { writer }, owner.fromMain));
    });
    return reports;
  }

  private ended(what: string, error: Error | null, startedAtMs: number, restart: () => void): void {
    if (this.isStopping) {
      this.onThreadEnd();
      return;
    }
    this.turn.core.log.error({ err: error }, `${what} has ended, a new one takes its place`);
    const pauseMs = Date.now() - startedAtMs < RESTART_PAUSE_MS ? RESTART_PAUSE_MS : 0;
    const timer = setTimeout(() => {
      this.restarts.delete(timer);
      restart();
    }, pauseMs);
    this.restarts.add(timer);
  }
}
