import { ContentSource } from '../../src/dmp-reader/content-source.ts';
import { ReaderTally } from '../../src/dmp-reader/reader-tally.ts';
import { RingOutlet } from '../../src/dmp-reader/ring-outlet.ts';
import type { SinkConnection, SinkReader } from '../../src/dmp-reader/sink-reader.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { readPayloadWord } from '../../src/ring/payload-words.ts';
import { RECORD_BARRIER, RECORD_CONTENTS, RECORD_FENCE } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { LocalRingPeer } from '../../src/shards/local-ring-peer.ts';
import { MainInbox } from '../../src/shards/main-inbox.ts';
import { ShardCore } from '../../src/shards/shard-core.ts';
import type { VhostSnapshot } from '../../src/shards/shard-messages.ts';
import { contentSize, encodeContent } from '../../src/wire/dmp-content.ts';
import type { MessageView } from '../../src/wire/message-view.ts';

export const VHOST = '/';

export interface RigOptions {
  readonly ringOctets?: number;
  readonly writers?: number;
  readonly maxContentOctets?: number;
}

/** One ring, its producer's outlet, and what has come out of it. */
interface Line {
  readonly outlet: RingOutlet;
  readonly consumer: RingConsumer;
  readonly peer: LocalRingPeer;
}

/**
 * A ShardCore with rings that nobody reads before `drain`. What comes out is noted as octets, by
 * where it went: `feed 3`, `queue 5`, `unrouted 1`, `immediate 5,6 or 1` …
 */
export class ShardRig {
  readonly core: ShardCore;
  readonly counters: CounterPage;
  /** Everything in the order in which it came out of each ring. */
  readonly delivered = new Map<string, Buffer[]>();
  /** Number of contents in each record to a writer, in their order. */
  readonly recordCounts: number[] = [];
  private readonly main: Line;
  readonly inbox: MainInbox;
  /** Whether main may keep the bodies of the contents for its queues. */
  readonly owned: boolean[] = [];
  private readonly writers: Line[];

  constructor({ ringOctets = 64 * 1024, writers = 2, maxContentOctets = 4096 }: RigOptions = {}) {
    this.counters = CounterPage.create(['shard']);
    const tally = new ReaderTally(this.counters.block(0));
    this.main = this.makeLine(ringOctets, tally);
    this.writers = Array.from({ length: writers }, () => this.makeLine(ringOctets, tally));
    this.core = new ShardCore(this.main.outlet, tally, maxContentOctets);
    this.writers.forEach(({ outlet }, number) => {
      this.core.attachWriter(number, outlet);
    });
    this.inbox = new MainInbox(
      this.main.consumer,
      this.main.peer,
      {
        content: ({ origin, queueNumbers }, view) => {
          for (const number of queueNumbers) this.note(`queue ${number}`, view);
          this.note(`from ${origin}`, view);
          this.owned.push(view.bodyOwned);
        },
        unrouted: (sink, view) => this.note(`unrouted ${sink}`, view),
        immediate: ({ queueNumbers }, returnTo, view) =>
          this.note(`immediate ${[...queueNumbers].sort().join(',')} or ${returnTo}`, view),
        queueSwitched: (queueNumber, number) =>
          this.noteOctets(`queue ${queueNumber}`, barrierMark(number)),
      },
      { received: () => {} },
    );
  }

  applySnapshot(snapshot: Omit<VhostSnapshot, 'vhost'>): void {
    this.core.applySnapshot({ vhost: VHOST, ...snapshot });
  }

  /** @throws Error if there is no such exchange */
  attachSink(exchange: string, sink = 1, connection = 100): TestSink {
    const test = new TestSink(() => this.core.publish());
    const lease = {
      sink,
      vhost: VHOST,
      exchange,
      connection,
      user: null,
      topics: null,
      meter: Meter.create('sink').buffer,
    };
    const reader = this.core.attachSink(lease, test);
    if (reader === null) throw new Error(`no exchange ${exchange}`);
    test.reader = reader;
    return test;
  }

  /** Reads all that is in main's ring. */
  drainMain(): void {
    while (this.inbox.pump(1)) {
      // As small steps as there are.
    }
    this.core.publish();
  }

  /** Reads at most `maxRecords` of what is in a writer's ring. */
  drainWriter(number: number, maxRecords = Infinity): void {
    const line = this.writers[number];
    if (line === undefined) throw new Error(`no writer ${number}`);
    const { consumer, peer } = line;
    for (let records = 0; records < maxRecords && consumer.next(); records++) {
      const { bytes, payloadAt, payloadLength, type, target, count } = consumer;
      const feed = `feed ${target}`;
      if (type === RECORD_BARRIER) {
        this.noteOctets(feed, barrierMark(count));
      } else if (type === RECORD_FENCE) {
        this.noteOctets(feed, fenceMark(count));
      } else if (type === RECORD_CONTENTS) {
        this.recordCounts.push(count);
        const octets = Buffer.from(bytes.subarray(payloadAt, payloadAt + payloadLength));
        for (const content of splitContents(octets)) this.noteOctets(feed, content);
      } else {
        const large = peer.takeLarge(readPayloadWord(bytes, payloadAt));
        for (const content of splitContents(Buffer.from(large))) this.noteOctets(feed, content);
      }
    }
    if (consumer.release()) peer.grantSpace();
    this.core.publish();
  }

  /** Reads all rings until nothing comes any more. */
  drain(): void {
    let before = -1;
    while (before !== this.deliveredCount()) {
      before = this.deliveredCount();
      this.drainMain();
      this.writers.forEach((_, number) => {
        this.drainWriter(number);
      });
    }
  }

  /** What went to `where` so far, as text. */
  textsAt(where: string): string[] {
    return (this.delivered.get(where) ?? []).map((content) => content.toString('latin1'));
  }

  counter(name: string): number {
    return this.counters.snapshot(0).counters[name] ?? Number.NaN;
  }

  private deliveredCount(): number {
    let count = 0;
    for (const contents of this.delivered.values()) count += contents.length;
    return count;
  }

  private makeLine(ringOctets: number, tally: ReaderTally): Line {
    const memory = SpscRing.create(ringOctets);
    const bell = Doorbell.attach(createDoorbells(1), 0);
    const peer = new LocalRingPeer(
      () => {},
      () => outlet.spaceGranted(),
    );
    const outlet = new RingOutlet(new RingProducer(SpscRing.attach(memory), bell), peer, tally);
    return { outlet, consumer: new RingConsumer(SpscRing.attach(memory)), peer };
  }

  private note(where: string, view: MessageView): void {
    const content = Buffer.alloc(contentSize(view));
    encodeContent(view, 0, content, 0);
    this.noteOctets(where, content);
  }

  private noteOctets(where: string, content: Buffer): void {
    const list = this.delivered.get(where);
    if (list === undefined) this.delivered.set(where, [content]);
    else list.push(content);
  }
}

/** A sink's connection and the client at its other end. */
export class TestSink implements SinkConnection {
  reader: SinkReader | null = null;
  paused = false;
  failedWith: string | null = null;
  private readonly done: () => void;
  private leftOver = Buffer.alloc(0);
  private waiting: Buffer[] = [];

  constructor(done: () => void) {
    this.done = done;
  }

  /** Sends octets, which arrive at once unless the shard doesn't read. */
  send(octets: Buffer): void {
    this.waiting.push(Buffer.from(octets));
    this.deliver();
  }

  /** Sends octets that arrive in pieces of `pieceOctets`. */
  sendInPieces(octets: Buffer, pieceOctets: number): void {
    for (let at = 0; at < octets.length; at += pieceOctets) {
      this.send(octets.subarray(at, at + pieceOctets));
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(leftOver: Buffer | null): void {
    this.paused = false;
    this.leftOver = Buffer.from(leftOver ?? []);
    this.deliver();
  }

  fail(reason: string): void {
    this.failedWith = reason;
  }

  /** Octets that arrived and aren't read. */
  get unreadOctets(): number {
    return this.waiting.reduce((sum, { length }) => sum + length, 0);
  }

  private deliver(): void {
    while (!this.paused && this.failedWith === null) {
      const octets = this.waiting.shift();
      if (octets === undefined) return;
      this.receive(octets);
    }
  }

  private receive(octets: Buffer): void {
    const all = Buffer.concat([this.leftOver, octets]);
    // Not at the start of the memory, and overwritten afterwards, as a shared read buffer is.
    const at = 7;
    const source = ContentSource.allocate(at + all.length + 9);
    source.octets.fill(0xa5);
    all.copy(source.octets, at);
    const next = this.reader?.receive(source, at, at + all.length) ?? 0;
    this.leftOver = Buffer.from(source.octets.subarray(next, at + all.length));
    source.octets.fill(0x5a);
    this.done();
  }
}

/** Cuts octets at the ends of contents. */
export function splitContents(octets: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = at + 4 + octets.readUInt32BE(at);
    contents.push(octets.subarray(at, end));
    at = end;
  }
  return contents;
}

/** Stands for a barrier among contents. */
export function barrierMark(barrier: number): Buffer {
  return Buffer.from(`barrier ${barrier}`);
}

/** Stands for a fence among contents. */
export function fenceMark(fence: number): Buffer {
  return Buffer.from(`fence ${fence}`);
}
