import { describe, expect, it } from 'vitest';
import { ReaderTally } from '../../src/dmp-reader/reader-tally.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell, Parking } from '../../src/ring/parking.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { LocalRingPeer } from '../../src/shards/local-ring-peer.ts';
import { LocalShard } from '../../src/shards/local-shard.ts';
import { MainInbox } from '../../src/shards/main-inbox.ts';
import { MainInboxes } from '../../src/shards/main-inboxes.ts';
import { waitFor } from '../support/wait-for.ts';
import { content, contents } from './contents.ts';
import { VHOST } from './shard-rig.ts';
import { oneExchange, queueAtMain } from './topology.ts';

const LEASE = {
  sink: 1,
  vhost: VHOST,
  exchange: 'x',
  connection: 100,
  user: null,
  topics: null,
  meter: Meter.create('sink').buffer,
};
const LEFT_OVER_MAX = 4096;

/** A local shard whose only reader is main, in the same thread. */
class LocalRig {
  readonly shard: LocalShard;
  readonly bodies: string[] = [];
  readonly happened: string[] = [];
  readonly connection = {
    pause: (): void => this.note('pause'),
    resume: (leftOver: Buffer | null): void => this.note(`resume ${leftOver?.length ?? 0}`),
    fail: (reason: string): void => this.note(reason),
  };
  private readonly inboxes: MainInboxes;

  constructor() {
    const doorbells = createDoorbells(1);
    const ring = SpscRing.create(1024);
    const peer = new LocalRingPeer(
      () => this.inboxes.wake(),
      () => setImmediate(() => this.shard.spaceGranted(null)),
    );
    this.inboxes = new MainInboxes(Parking.attach(doorbells, 0), (work) => work());
    const consumer = new RingConsumer(SpscRing.attach(ring));
    const inbox = new MainInbox(
      consumer,
      peer,
      {
        content: (_queues, { body, bodyAt, bodySize }) =>
          this.bodies.push(body.toString('latin1', bodyAt, bodyAt + bodySize)),
        unrouted: () => this.note('unrouted'),
        immediate: () => this.note('immediate'),
        queueSwitched: (queueNumber) => this.note(`switched ${queueNumber}`),
      },
      { received: () => {} },
    );
    const tally = new ReaderTally(CounterPage.create(['shard']).block(0));
    const main = { ring, doorbell: Doorbell.attach(doorbells, 0), peer };
    this.shard = new LocalShard(main, tally, 10_000, {
      onReady: () => this.note('ready'),
      onSynced: (sequence) => this.note(`synced ${sequence}`),
      onSinkClosed: (sink) => this.note(`closed ${sink}`),
      onExit: () => this.note('exit'),
    });
    this.inboxes.add(inbox);
    this.shard.sendSnapshot({ vhost: VHOST, ...oneExchange(queueAtMain(1)) });
  }

  private note(event: string): void {
    this.happened.push(event);
  }
}

describe('a shard in the thread of main', () => {
  it('routes what a connection of main has read', async () => {
    const rig = new LocalRig();
    const sink = rig.shard.attachSink(LEASE, rig.connection, LEFT_OVER_MAX);
    const octets = Buffer.alloc(64 * 1024);
    const sent = Buffer.concat([content({ body: 'one' }), content({ body: 'two' })]);
    sent.copy(octets, 100);
    // The last octet has not come yet.
    const next = sink?.receive(octets, 100, 100 + sent.length - 1);
    expect(next).toBe(100 + content({ body: 'one' }).length);
    sink?.receive(octets, next ?? 0, 100 + sent.length);
    await waitFor('both', () => rig.bodies.length === 2);
    expect(rig.bodies).toEqual(['one', 'two']);
  });

  it('stops its connection while the ring is full', async () => {
    const rig = new LocalRig();
    const sink = rig.shard.attachSink(LEASE, rig.connection, LEFT_OVER_MAX);
    const sent = contents(200);
    const octets = Buffer.concat([...sent, content().subarray(0, 7), Buffer.alloc(8)]);
    const source = Buffer.alloc(64 * 1024);
    octets.copy(source);
    const end = Buffer.concat(sent).length + 7;
    expect(sink?.receive(source, 0, end)).toBe(end);
    expect(rig.happened).toContain('pause');
    await waitFor('all', () => rig.happened.includes('resume 7'));
    expect(rig.bodies).toEqual(sent.map((_, i) => `m${i}`));
  });

  it('says when a change is made, and knows no exchange that is gone', async () => {
    const rig = new LocalRig();
    rig.shard.sendChanges(VHOST, [{ kind: 'exchangeDeleted', name: 'x' }], 9);
    await waitFor('the answer', () => rig.happened.includes('synced 9'));
    expect(rig.happened).toEqual(['ready', 'synced 9']);
    expect(rig.shard.attachSink(LEASE, rig.connection, LEFT_OVER_MAX)).toBeNull();
  });
});
