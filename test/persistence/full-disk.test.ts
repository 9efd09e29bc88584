import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { BrokerOnDisk } from './broker-on-disk.ts';
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
  let broker: BrokerOnDisk;

  beforeEach(async () => {
    disk = new SmallDisk(DISK_MIB);
    broker = new BrokerOnDisk(disk.dataDir);
    await broker.start();
  });

  afterEach(async () => {
    await broker.stop();
    disk.remove();
  });

  /** Publishes `count` numbered persistent messages; what is confirmed is added to `confirmed`. */
  async function publish(count: number, confirmed: Set<number>): Promise<{ blocked: boolean }> {
    const state = { blocked: false };
    const connection = await broker.open();
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
    const admin = await (await broker.open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    const confirmed = new Set<number>();
    const state = await publish(MANY, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    const confirmedWhenFull = confirmed.size;
    expect(confirmedWhenFull).toBeLessThan(MANY);

    // Consumers go on: what is acknowledged makes room.
    const consumer = await (await broker.open()).createChannel();
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
    const admin = await (await broker.open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    const confirmed = new Set<number>();
    const state = await publish(MANY, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    await broker.stop();
    await broker.start();
    const found = new Set((await broker.drain('q')).map(({ id }) => Number(id)));
    expect([...confirmed].filter((number) => !found.has(number))).toEqual([]);
    expect(confirmed.size).toBeGreaterThan(0);
  });

  it('goes on by itself when somebody else gives space back', async () => {
    const admin = await (await broker.open()).createChannel();
    await admin.assertQueue('q', { durable: true });
    disk.fill();
    const confirmed = new Set<number>();
    const few = 20;
    const state = await publish(few, confirmed);
    await waitFor('the publisher to be blocked', () => state.blocked, 15_000);
    const declared = (await broker.open())
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
