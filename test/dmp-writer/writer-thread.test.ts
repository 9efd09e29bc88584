import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Producer } from '../../src/dmp-writer/inlet.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { LoanNote } from '../../src/ring/loan-note.ts';
import { FEED_METER, Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { writePayloadWord } from '../../src/ring/payload-words.ts';
import { RECORD_CONTENTS, RECORD_LARGE_CONTENT } from '../../src/ring/record-types.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { RingWriterPort } from '../../src/shards/ring-port.ts';
import { WriterThread } from '../../src/shards/writer-thread.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Connection, Loopback } from './connection.ts';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import { HostLog } from './host-log.ts';
import { GENEROUS } from './rig.ts';

const RING_OCTETS = 1024 * 1024;
const DOORBELL = 1;
/** Number of the shard that the test is. */
const BORROWER = 0;

/** The writing end of a ring, in this thread. */
class Line {
  readonly port: RingWriterPort;
  private readonly producer: RingProducer;
  private largeId = 0;

  constructor(producer: RingProducer, port: RingWriterPort) {
    this.producer = producer;
    this.port = port;
  }

  /** Publishes one record with these contents, as soon as there is room. */
  async send(slot: number, sent: readonly Buffer[]): Promise<void> {
    await this.append(RECORD_CONTENTS, slot, sent.length, Buffer.concat(sent));
  }

  async sendLarge(slot: number, octets: Buffer): Promise<void> {
    const id = this.largeId++;
    const memory = new SharedArrayBuffer(octets.length);
    octets.copy(new Uint8Array(memory));
    this.port.postLarge(id, memory);
    const payload = Buffer.alloc(4);
    writePayloadWord(payload, id, 0);
    await this.append(RECORD_LARGE_CONTENT, slot, 1, payload);
  }

  async append(type: number, slot: number, count: number, payload: Buffer): Promise<void> {
    let at = this.producer.claim(type, slot, payload.length, 0);
    for (; at < 0; at = this.producer.claim(type, slot, payload.length, 0)) await nextTurn();
    payload.copy(this.producer.bytes, at);
    this.producer.commit(payload.length, count);
    this.producer.publish();
  }
}

/** A writer thread with its surroundings. */
class ThreadRig {
  readonly log = new HostLog();
  readonly thread: WriterThread;
  readonly note = LoanNote.create();
  private readonly doorbells = createDoorbells(2);
  private readonly page = CounterPage.create(['main', 'writer']);
  private readonly lines: Line[] = [];

  constructor() {
    this.thread = new WriterThread(
      {
        name: 'writer under test',
        settings: { batchOctets: 32 * 1024, heartbeatMs: 60_000 },
        doorbells: this.doorbells,
        doorbell: DOORBELL,
        counters: this.page.buffer,
        counterBlock: 1,
        note: this.note,
        resourceLimits: {},
      },
      this.log,
    );
  }

  line(from: Producer = 'main'): Line {
    const ring = SpscRing.create(RING_OCTETS);
    const { port1, port2 } = new MessageChannel();
    const doorbells = this.doorbells;
    this.thread.attachRing(from, { ring, doorbells, readerDoorbell: DOORBELL, port: port2 });
    const bell = Doorbell.attach(doorbells, DOORBELL);
    const producer = new RingProducer(SpscRing.attach(ring), bell);
    const line = new Line(producer, new RingWriterPort(port1, () => {}));
    this.lines.push(line);
    return line;
  }

  addFeed(slot: number, { fd }: Connection, limits = GENEROUS): Meter {
    const meter = Meter.create('feed');
    this.thread.addFeed({ slot, fd, limits, padShort: false, meter: meter.buffer });
    return meter;
  }

  /** Takes the thread's place, as a shard does, once it sleeps and lends the feed with this meter. */
  async borrow(meter: Meter): Promise<Doorbell> {
    const bell = Doorbell.attach(this.doorbells, DOORBELL);
    await waitFor('the feed to be lent', () => meter.get(FEED_METER.lendable) !== 0);
    await waitFor('the place to be lent', () => bell.borrow(BORROWER));
    return bell;
  }

  async end(): Promise<void> {
    for (const line of this.lines) line.port.close();
    if (this.log.exit === undefined) this.thread.stop();
    await waitFor('the thread to end', () => this.log.exit !== undefined);
  }

  get counters(): Readonly<Record<string, number>> {
    return this.page.snapshot(1).counters;
  }
}

let loopback: Loopback;
let rig: ThreadRig;

beforeEach(async () => {
  loopback = await Loopback.listen();
  rig = new ThreadRig();
});

afterEach(async () => {
  await rig.end();
  loopback.close();
});

async function arrival(connection: Connection, octets: number): Promise<void> {
  await waitFor(`${octets} octets`, () => connection.client.octets >= octets, 15_000);
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe('a writer thread', () => {
  it('writes what comes through its rings to the sockets of its feeds', async () => {
    const lines = [rig.line('main'), rig.line(0)];
    const connections = [await loopback.connect(), await loopback.connect()];
    connections.forEach((connection, slot) => {
      rig.addFeed(slot, connection);
    });
    for (let serial = 0; serial < 3000; serial += 3) {
      for (const slot of connections.keys()) {
        await lines[0].send(slot, contents(serial, 3));
        await lines[1].send(slot, contents(3000 + serial, 3));
      }
    }
    for (const connection of connections) {
      await arrival(connection, 6000 * CONTENT_OCTETS);
      const { serials, restOctets } = readStream(connection.client.stream);
      expect(restOctets).toBe(0);
      expect(serials.filter((serial) => serial < 3000)).toEqual(numbers(0, 3000));
      expect(serials.filter((serial) => serial >= 3000)).toEqual(numbers(3000, 3000));
    }
    expect(rig.counters).toMatchObject({ contentsOut: 12_000, contentsDropped: 0 });
  });

  it('passes a million contents in long records', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    rig.addFeed(1, connection);
    const run = contents(0, 5000);
    for (let i = 0; i < 200; i++) await line.send(1, run);
    await arrival(connection, 1_000_000 * CONTENT_OCTETS);
    expect(rig.counters).toMatchObject({ contentsOut: 1_000_000, contentsDropped: 0 });
    const expected = Buffer.concat(run);
    const stream = connection.client.stream;
    for (let at = 0; at < stream.length; at += expected.length) {
      expect(stream.subarray(at, at + expected.length).equals(expected)).toBe(true);
    }
  });

  it('wakes up for every single content', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    rig.addFeed(1, connection);
    for (let serial = 0; serial < 100; serial++) {
      await line.send(1, [content(serial)]);
      await arrival(connection, (serial + 1) * CONTENT_OCTETS);
    }
    expect(readStream(connection.client.stream).serials).toEqual(numbers(0, 100));
  });

  it('takes large contents out of memory of their own', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    rig.addFeed(1, connection);
    const octets = 2_000_000;
    for (let serial = 0; serial < 10; serial += 2) {
      await line.send(1, [content(serial)]);
      await line.sendLarge(1, content(serial + 1, octets));
    }
    await arrival(connection, 5 * (octets + CONTENT_OCTETS));
    expect(readStream(connection.client.stream).serials).toEqual(numbers(0, 10));
  });

  it('is not held up by a client that has stopped reading', async () => {
    const line = rig.line();
    const blocked = await loopback.connect();
    const healthy = await loopback.connect();
    blocked.client.socket.pause();
    rig.addFeed(1, blocked, { ...GENEROUS, dropMessages: 100 });
    rig.addFeed(2, healthy);
    for (let serial = 0; serial < 500; serial++) {
      await line.send(1, [content(serial, 100_000)]);
      await line.send(2, [content(serial, 100_000)]);
    }
    await arrival(healthy, 500 * 100_000);
    expect(rig.counters.contentsDropped).toBeGreaterThan(0);
    expect(rig.log.dropping.length).toBeGreaterThan(0);
    blocked.client.socket.resume();
    const kept = 500 - rig.counters.contentsDropped;
    await arrival(blocked, kept * 100_000);
    const { serials, restOctets } = readStream(blocked.client.stream);
    expect(restOctets).toBe(0);
    expect(serials).toEqual([...serials].sort((a, b) => a - b));
    expect(serials.length).toBe(kept);
  });

  it('says so when a client has gone', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    rig.addFeed(1, connection);
    connection.client.socket.resetAndDestroy();
    await waitFor('the news', async () => {
      await line.send(1, contents(0, 10));
      return rig.log.gone.length > 0;
    });
    expect(rig.log.gone[0].reason).toMatch(/EPIPE|ECONNRESET/);
    expect(rig.log.gone[0].report.slot).toBe(1);
  });

  it('never writes to a descriptor that it has released', async () => {
    const line = rig.line();
    const innocents: Connection[] = [];
    const numbersGivenUp: number[] = [];
    for (let slot = 0; slot < 30; slot++) {
      const ended = await loopback.connect();
      rig.addFeed(slot, ended);
      await line.send(slot, contents(0, 1000));
      rig.thread.removeFeed(slot);
      for (let i = 0; i < 20; i++) await line.send(slot, contents(0, 100));
      await waitFor('the release', () => rig.log.released.includes(slot));
      const { socket, client } = ended;
      socket.destroy();
      client.socket.destroy();
      await waitFor('the descriptors to close', () => socket.closed && client.socket.closed);
      // The next connection gets the lowest numbers that are free: those of the one before.
      numbersGivenUp.push(ended.fd);
      innocents.push(await loopback.connect());
      for (let i = 0; i < 20; i++) await line.send(slot, contents(0, 100));
    }
    expect(innocents.some(({ fd }) => numbersGivenUp.includes(fd))).toBe(true);
    await waitFor('the ring to be read', () => {
      const { contentsOut, contentsDropped } = rig.counters;
      return contentsOut + contentsDropped === 30 * 5000;
    });
    expect(innocents.map(({ client }) => client.octets)).toEqual(innocents.map(() => 0));
  });

  it('writes the rest of what a borrower of its place has begun to write', async () => {
    const connection = await loopback.connect();
    const bell = await rig.borrow(rig.addFeed(1, connection));
    const record = Buffer.concat(contents(0, 3));
    const written = writeSync(connection.fd, record, 0, 5);
    new LoanNote(rig.note).leave(1, 3, record, 0, record.length, written);
    bell.giveBack(BORROWER, true);
    await arrival(connection, record.length);
    expect(readStream(connection.client.stream)).toMatchObject({ serials: [0, 1, 2] });
  });

  it('does nothing while its place is borrowed, however often it is rung for', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    const other = await loopback.connect();
    const bell = await rig.borrow(rig.addFeed(1, connection));
    await line.send(1, contents(0, 10));
    rig.addFeed(2, other);
    // What another connection takes meanwhile is time enough to wake up and do it.
    await loopback.connect();
    expect(connection.client.octets).toBe(0);
    bell.giveBack(BORROWER, false);
    await arrival(connection, 10 * CONTENT_OCTETS);
  });

  it('ends the feed that a shard was writing to when the shard died, and goes on', async () => {
    const line = rig.line();
    const [broken, healthy] = [await loopback.connect(), await loopback.connect()];
    rig.addFeed(2, healthy);
    const meter = rig.addFeed(1, broken);
    const bell = await rig.borrow(meter);
    meter.set(FEED_METER.lent, 1);
    rig.thread.loanBroken();
    bell.giveBack(BORROWER, true);
    await waitFor('the news', () => rig.log.gone.length > 0);
    expect(rig.log.gone).toMatchObject([
      { report: { slot: 1 }, reason: 'the thread that was writing to it has ended' },
    ]);
    await line.send(2, contents(0, 10));
    await arrival(healthy, 10 * CONTENT_OCTETS);
    expect(broken.client.octets).toBe(0);
  });

  it('tells of each feed when it is stopped, after it has written what it can', async () => {
    const line = rig.line();
    const connection = await loopback.connect();
    rig.addFeed(7, connection);
    await line.send(7, contents(0, 1000));
    rig.thread.stop();
    await waitFor('the end', () => rig.log.exit !== undefined);
    expect(rig.log.exit).toBe(null);
    expect(rig.log.released).toEqual([7]);
    await arrival(connection, 1000 * CONTENT_OCTETS);
  });

  it('ends with the error that ended it', async () => {
    const line = rig.line();
    await line.append(99, 1, 1, Buffer.alloc(4));
    await waitFor('the end', () => rig.log.exit !== undefined);
    expect(rig.log.exit).toMatchObject({ message: 'A writer has no use for a record of type 99' });
  });

  it('can be ended although it sleeps', async () => {
    rig.line();
    await waitFor('its start', () => rig.log.isReady);
    await rig.thread.terminate();
    await waitFor('the end', () => rig.log.exit !== undefined);
    expect(rig.log.exit).toBeInstanceOf(Error);
  });
});
