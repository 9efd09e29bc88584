import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell, Parking } from '../../src/ring/parking.ts';
import { RECORD_CONTENTS } from '../../src/ring/record-types.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { LocalRingPeer } from '../../src/shards/local-ring-peer.ts';
import { LocalWriter } from '../../src/shards/local-writer.ts';
import { waitFor } from '../support/wait-for.ts';
import { Loopback } from './connection.ts';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import { FakeSink } from './fake-sink.ts';
import { HostLog } from './host-log.ts';
import { GENEROUS } from './rig.ts';

const SLOT = 1;

const settings = () => ({ limits: GENEROUS, padShort: false, meter: Meter.create('feed').buffer });

/** A writer in this thread and the writing end of its ring. */
class LocalRig {
  readonly log = new HostLog();
  readonly writer: LocalWriter;
  private readonly producer: RingProducer;

  constructor(heartbeatMs = 60_000) {
    const doorbells = createDoorbells(1);
    const ring = SpscRing.create(256 * 1024);
    this.writer = new LocalWriter(
      { batchOctets: 32 * 1024, heartbeatMs },
      CounterPage.create(['writer']).block(0),
      Parking.attach(doorbells, 0),
      this.log,
    );
    this.producer = new RingProducer(SpscRing.attach(ring), Doorbell.attach(doorbells, 0));
    const peer = new LocalRingPeer(
      () => {},
      () => {},
    );
    this.writer.attachRing('main', ring, peer);
  }

  send(sent: readonly Buffer[]): void {
    const payload = Buffer.concat(sent);
    const at = this.producer.claim(RECORD_CONTENTS, SLOT, payload.length, 0);
    payload.copy(this.producer.bytes, at);
    this.producer.commit(payload.length, sent.length);
    if (this.producer.publish()) this.writer.wake();
  }
}

describe('a writer in the thread of its event loop', () => {
  let loopback: Loopback;

  beforeEach(async () => {
    loopback = await Loopback.listen();
  });

  afterEach(() => loopback.close());

  it('writes to a descriptor whenever it is woken', async () => {
    const rig = new LocalRig();
    const { fd, client } = await loopback.connect();
    rig.writer.addFeed({ slot: SLOT, fd, ...settings() });
    for (let serial = 0; serial < 50; serial++) {
      rig.send([content(serial)]);
      await waitFor('the content', () => client.octets === (serial + 1) * CONTENT_OCTETS);
    }
    expect(rig.log.isReady).toBe(true);
    rig.writer.stop();
  });

  it('goes on without being woken when a full socket has room again', async () => {
    const rig = new LocalRig();
    const sink = new FakeSink();
    sink.room = 10;
    rig.writer.addSink(SLOT, sink, settings());
    rig.send(contents(0, 10));
    await waitFor('the first octets', () => sink.stream.length === 10);
    sink.room = Infinity;
    await waitFor('the rest', () => sink.stream.length === 10 * CONTENT_OCTETS);
    expect(readStream(sink.stream).serials.length).toBe(10);
    rig.writer.stop();
  });

  it('writes heartbeats without being woken', async () => {
    const rig = new LocalRig(20);
    const sink = new FakeSink();
    rig.writer.addSink(SLOT, sink, settings());
    await waitFor('three heartbeats', () => readStream(sink.stream).heartbeats >= 3);
    rig.writer.stop();
  });

  it('says that a feed is released, but not before removeFeed has returned', async () => {
    const rig = new LocalRig();
    rig.writer.addSink(SLOT, new FakeSink(), settings());
    rig.writer.removeFeed(SLOT);
    expect(rig.log.released).toEqual([]);
    await waitFor('the news', () => rig.log.released.length === 1);
    rig.writer.stop();
  });

  it('writes what is waiting when it is stopped, and nothing afterwards', async () => {
    const rig = new LocalRig(20);
    const sink = new FakeSink();
    rig.writer.addSink(SLOT, sink, settings());
    rig.send(contents(0, 3));
    rig.writer.stop();
    await waitFor('the end', () => rig.log.exit === null);
    expect(rig.log.released).toEqual([SLOT]);
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2]);
    rig.writer.wake();
    rig.writer.stop();
    expect(sink.stream.length).toBe(3 * CONTENT_OCTETS);
  });
});
