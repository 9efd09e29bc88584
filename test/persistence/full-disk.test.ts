import { type ChannelModel, connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { mayMount, SmallDisk } from './small-disk.ts';

const DISK_MIB = 64;
const BODY_OCTETS = 32 * 1024;
/** More than the disk holds. */
const MANY = (2 * DISK_MIB * 2 ** 20) / BODY_OCTETS;

/** Of one test: it writes more than the disk holds, several times over. */
const TIMEOUT_MS = 60_000;

const why = mayMount ? '' : ' (skipped: needs root on Linux, to mount a small file system)';

describe.skipIf(!mayMount)(`a disk that is full${why}`, { timeout: TIMEOUT_MS }, () => {
  let disk: SmallDisk;
  let broker: Broker;
  let connections: ChannelModel[] = [];

  beforeEach(async () => {
    disk = new SmallDisk(DISK_MIB);
    await start();
  });

  afterEach(async () => {
    await stop();
    disk.remove();
  });

  async function start(): Promise<void> {
    // The disk really fills: the alarm that comes before is off.
    broker = await Broker.start({ port: 0, dataDir: disk.dataDir, diskFreeLimit: 0 });
  }

  async function stop(): Promise<void> {
    for (const connection of connections) await connection.close().catch(() => {});
    connections = [];
    await broker.stop();
  }

  async function open(): Promise<ChannelModel> {
    const connection = await connect(broker.url);
    connection.on('error', () => {});
    connections.push(connection);
    return connection;
  }

  /** Publishes `count` numbered persistent messages; what is confirmed is added to `confirmed`. */
  async function publish(count: number, confirmed: Set<number>): Promise<{ blocked: boolean }> {
    const state = { blocked: false };
    const connection = await open();
    connection.on('blocked', () => {
      state.blocked = true;
    });
    const channel = await connection.createConfirmChannel();
    for (let i = 0; i < count; i++) {
      const body = Buffer.alloc(BODY_OCTETS, `${i} `);
      channel.sendToQueue('q', body, { persistent: true, messageId: `${i}` }, (error) => {
        if (error === null) confirmed.add(i);
      });
    }
    return state;
  }

  it('blocks publishers, loses nothing that was confirmed, and goes on when there is room', async () => {
    const admin = await (await open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    const confirmed = new Set<number>();
    const state = await publish(MANY, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    const confirmedWhenFull = confirmed.size;
    expect(confirmedWhenFull).toBeLessThan(MANY);

    // Consumers go on: what is acknowledged makes room.
    const consumer = await (await open()).createChannel();
    const received = new Set<number>();
    await consumer.consume('q', (message) => {
      if (message === null) return;
      received.add(Number(message.properties.messageId));
      consumer.ack(message);
    });
    await waitFor('everything to be confirmed', () => confirmed.size === MANY, 15_000);
    await waitFor('everything to be received', () => received.size === MANY, 15_000);
  });

  it('keeps what was confirmed over a restart', async () => {
    const admin = await (await open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    const confirmed = new Set<number>();
    const state = await publish(MANY, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    await stop();
    await start();
    const channel = await (await open()).createChannel();
    const found = new Set<number>();
    for (;;) {
      const message = await channel.get('q', { noAck: true });
      if (message === false) break;
      found.add(Number(message.properties.messageId));
    }
    expect([...confirmed].filter((number) => !found.has(number))).toEqual([]);
    expect(confirmed.size).toBeGreaterThan(0);
  });

  it('goes on by itself when somebody else gives space back', async () => {
    const admin = await (await open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    disk.fill();
    const confirmed = new Set<number>();
    const few = 20;
    const state = await publish(few, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    const declared = (await open())
      .createChannel()
      .then((channel) => channel.assertQueue('later', { durable: true }));
    disk.free();
    await waitFor('everything to be confirmed', () => confirmed.size === few, 15_000);
    await within('the queue to be declared', declared);
  });
});

describe.skipIf(!mayMount)(`a file system that can only be read${why}`, () => {
  it('is refused at the start, with the reason', async () => {
    const disk = new SmallDisk(DISK_MIB);
    try {
      await (await Broker.start({ port: 0, dataDir: disk.dataDir })).stop();
      disk.makeReadOnly();
      await expect(Broker.start({ port: 0, dataDir: disk.dataDir })).rejects.toThrow(
        /data directory .* (read-only|EROFS)/i,
      );
    } finally {
      disk.remove();
    }
  });
});
