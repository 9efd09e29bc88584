import { connect, type Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Parking } from '../../src/ring/parking.ts';
import { readPayloadWord } from '../../src/ring/payload-words.ts';
import { RECORD_BARRIER, RECORD_CONTENTS, RECORD_FENCE } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { MainInbox } from '../../src/shards/main-inbox.ts';
import { MainInboxes } from '../../src/shards/main-inboxes.ts';
import type { RingLink } from '../../src/shards/ring-link.ts';
import { RingReaderPort } from '../../src/shards/ring-port.ts';
import type { ShardEvents } from '../../src/shards/shard-events.ts';
import type { NamedQueueState } from '../../src/shards/shard-messages.ts';
import { ShardThread } from '../../src/shards/shard-thread.ts';
import { contentSize, encodeContent } from '../../src/wire/dmp-content.ts';
import type { MessageView } from '../../src/wire/message-view.ts';
import { type AcceptedConnection, DescriptorServer } from '../support/descriptors.ts';
import { waitFor } from '../support/wait-for.ts';
import { splitContents, VHOST } from './shard-rig.ts';
import { oneExchange } from './topology.ts';

const MAIN_DOORBELL = 0;
const WRITER_DOORBELL = 1;
const HEAP_MIB = 64;

/** A shard in a real thread, with the test in the places of main and of a writer. */
export class ThreadRig implements ShardEvents {
  readonly shard: ShardThread;
  /** What main got for queues, and what came back from sinks. */
  readonly toMain: Buffer[] = [];
  readonly returned: Buffer[] = [];
  readonly switches: number[] = [];
  /** What the writer got, by slot. */
  readonly toFeeds = new Map<number, Buffer[]>();
  readonly barriers: number[] = [];
  readonly fences: number[] = [];
  readonly synced: number[] = [];
  readonly closed = new Map<number, { readonly reason: string | null; readonly taken: boolean }>();
  isReady = false;
  exit: { readonly error: Error | null } | null = null;
  private readonly doorbells = createDoorbells(2);
  private readonly server = new DescriptorServer();
  private readonly inboxes: MainInboxes;
  private readonly inbox: MainInbox;
  private readonly mainPort: RingReaderPort;
  private readonly writerRing: RingConsumer;
  private readonly writerPort: RingReaderPort;
  private readonly connections = new Map<number, AcceptedConnection>();
  private readonly clients: Socket[] = [];
  private port = 0;

  private constructor(ringOctets: number, maxContentOctets: number) {
    const main = this.makeLink(ringOctets, MAIN_DOORBELL);
    const writer = this.makeLink(ringOctets, WRITER_DOORBELL);
    this.mainPort = main.reader;
    this.writerPort = writer.reader;
    this.writerRing = writer.consumer;
    const parking = Parking.attach(this.doorbells, MAIN_DOORBELL);
    this.inboxes = new MainInboxes(parking, (work) => work());
    this.mainPort.listen(() => this.inboxes.wake());
    this.inbox = new MainInbox(
      main.consumer,
      main.reader,
      {
        content: (_queues, view) => this.toMain.push(encoded(view)),
        unrouted: (_sink, view) => this.returned.push(encoded(view)),
        immediate: (_queues, _returnTo, view) => this.returned.push(encoded(view)),
        queueSwitched: (_queueNumber, number) => this.switches.push(number),
      },
      { received: () => {} },
    );
    this.inboxes.add(this.inbox);
    const options = {
      name: 'test shard',
      maxContentOctets,
      main: main.link,
      counters: CounterPage.create(['shard']).buffer,
      counterBlock: 0,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    };
    this.shard = new ShardThread(options, this);
    this.shard.attachRing(0, writer.link);
  }

  /** A shard that knows an exchange `x` to which `queues` are bound with the key `k`. */
  static async start(
    queues: readonly NamedQueueState[],
    { ringOctets = 64 * 1024, maxContentOctets = 4 * 1024 * 1024 } = {},
  ): Promise<ThreadRig> {
    const rig = new ThreadRig(ringOctets, maxContentOctets);
    rig.port = await rig.server.listen();
    rig.shard.sendSnapshot({ vhost: VHOST, ...oneExchange(...queues) });
    return rig;
  }

  onReady(): void {
    this.isReady = true;
  }

  onSynced(sequence: number): void {
    this.synced.push(sequence);
  }

  onSinkClosed(sink: number, reason: string | null, taken: boolean): void {
    this.closed.set(sink, { reason, taken });
    if (taken) this.connections.get(sink)?.reclaim();
  }

  onExit(error: Error | null): void {
    this.exit = { error };
  }

  /** Connects a client and hands the connection to the shard, as sink number `sink`. */
  async connect(sink: number, firstOctets: Buffer, exchange = 'x'): Promise<Socket> {
    const client = connect(this.port, '127.0.0.1');
    client.on('error', () => {});
    this.clients.push(client);
    client.write(firstOctets);
    const connection = await this.server.next();
    this.connections.set(sink, connection);
    const lease = {
      sink,
      vhost: VHOST,
      exchange,
      connection: 100,
      user: null,
      topics: null,
      meter: Meter.create('sink').buffer,
    };
    this.shard.attachSink(lease, connection.fd, connection.leftOver);
    return client;
  }

  /** Reads the writer's ring until `count` contents have come for `slot`. */
  async feedContents(slot: number, count: number): Promise<Buffer[]> {
    return waitFor(`${count} contents for feed ${slot}`, () => {
      this.readWriterRing();
      const contents = this.toFeeds.get(slot) ?? [];
      return contents.length >= count && contents;
    });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.server.close();
    if (this.exit === null) await this.shard.terminate();
    await waitFor('the thread to end', () => this.exit !== null);
    this.inboxes.stop();
    this.mainPort.close();
    this.writerPort.close();
  }

  private readWriterRing(): void {
    const { writerRing } = this;
    while (writerRing.next()) {
      const { bytes, payloadAt, payloadLength, type, target, count } = writerRing;
      if (type === RECORD_BARRIER || type === RECORD_FENCE) {
        (type === RECORD_BARRIER ? this.barriers : this.fences).push(count);
        continue;
      }
      const octets =
        type === RECORD_CONTENTS
          ? bytes.subarray(payloadAt, payloadAt + payloadLength)
          : this.writerPort.takeLarge(readPayloadWord(bytes, payloadAt));
      const contents = this.toFeeds.get(target) ?? [];
      contents.push(...splitContents(Buffer.from(octets)));
      this.toFeeds.set(target, contents);
    }
    if (writerRing.release()) this.writerPort.grantSpace();
  }

  private makeLink(
    ringOctets: number,
    readerDoorbell: number,
  ): { link: RingLink; consumer: RingConsumer; reader: RingReaderPort } {
    const ring = SpscRing.create(ringOctets);
    const { port1, port2 } = new MessageChannel();
    return {
      link: { ring, doorbells: this.doorbells, readerDoorbell, port: port2 },
      consumer: new RingConsumer(SpscRing.attach(ring)),
      reader: new RingReaderPort(port1),
    };
  }
}

function encoded(view: MessageView): Buffer {
  const content = Buffer.alloc(contentSize(view));
  encodeContent(view, 0, content, 0);
  return content;
}
