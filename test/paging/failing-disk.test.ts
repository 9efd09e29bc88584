import { mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import {
  consume,
  numbered,
  numberOf,
  pagedOut,
  queueOf,
  range,
  usePagingBroker,
} from './paged-session.ts';

const COUNT = 6000;

describe('where queues cannot be paged out', () => {
  const session = usePagingBroker();

  it('publishers are blocked, nothing is lost, and it goes on when they can', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    // What can't be opened as a file can't be written either.
    const obstacle = join(session.dataDir, 'paged-out');
    await mkdir(obstacle);
    const connection = await session.connect();
    const blocked = new Promise((resolve) => connection.on('blocked', resolve));
    const unblocked = new Promise((resolve) => connection.on('unblocked', resolve));
    const publisher = await connection.createConfirmChannel();
    const publish = (bodies: readonly string[]): void => {
      for (const body of bodies) {
        publisher.sendToQueue('q', Buffer.from(body), { persistent: true });
      }
    };
    publish(numbered(COUNT));
    expect(await blocked).toBe('queues cannot be paged out');
    expect(queueOf(session, 'q').logs.pagedOutCount).toBe(0);
    expect(await consume(channel, 'q', COUNT)).toEqual(range(COUNT));
    await rmdir(obstacle);
    await unblocked;
    publish(numbered(COUNT, COUNT));
    await publisher.waitForConfirms();
    await pagedOut(session, 'q');
    expect(await consume(channel, 'q', COUNT)).toEqual(range(COUNT, COUNT));
  });
});

describe('what was paged out and cannot be read back', () => {
  const session = usePagingBroker();
  /** It is tried for five seconds before the store is asked. */
  const timeout = 40_000;

  it('raises an alarm, keeps its queue waiting, and comes when it can be read', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: false });
    await session.publish('q', numbered(COUNT), { persistent: false });
    await pagedOut(session, 'q');
    const file = await open(join(session.dataDir, 'paged-out'), 'r+');
    const { size } = await file.stat();
    const octets = Buffer.alloc(size);
    await file.read(octets, 0, size, 0);
    await file.write(Buffer.alloc(size, 0xff), 0, size, 0);
    const consumed = consume(channel, 'q', COUNT);
    let alarm: string | null = null;
    await waitFor('the alarm', () => {
      session.administer((core) => {
        alarm = core.alarm;
      });
      return alarm !== null;
    });
    expect(alarm).toBe('what was paged out cannot be read');
    await file.write(octets, 0, size, 0);
    await file.close();
    expect(await consumed).toEqual(range(COUNT));
    session.administer((core) => expect(core.alarm).toBe(null));
  });

  it('comes from the store if it never can, as far as it is persistent', { timeout }, async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    const publisher = await session.confirmChannel();
    for (const [number, body] of numbered(COUNT).entries()) {
      const isLarge = number % 100 === 0;
      const content = Buffer.from(isLarge ? body.padEnd(20_000, '.') : body);
      const expiration = number % 2 === 0 ? {} : { expiration: '1000000' };
      publisher.sendToQueue('q', content, { persistent: number % 3 > 0, ...expiration });
    }
    await publisher.waitForConfirms();
    await pagedOut(session, 'q');
    const queue = queueOf(session, 'q');
    const inMemory = queue.readyCount - queue.logs.pagedOutCount;
    const file = await open(join(session.dataDir, 'paged-out'), 'r+');
    await file.write(Buffer.alloc((await file.stat()).size, 0xff));
    await file.close();
    const numbers: number[] = [];
    await channel.prefetch(100);
    await channel.consume('q', (message) => {
      if (message === null) return;
      numbers.push(numberOf(message));
      channel.ack(message);
    });
    const isDone = (): boolean => queue.readyCount + queue.unackedCount === 0;
    await waitFor('the store to give what is persistent', isDone, 30_000);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const persistent = range(COUNT).filter((number) => number % 3 > 0);
    expect(numbers.filter((number) => number % 3 > 0)).toEqual(persistent);
    // What was in memory is there, also what was transient.
    expect(numbers.length).toBeGreaterThanOrEqual(Math.max(inMemory, persistent.length));
    session.administer((core) => expect(core.alarm).toBe(null));
  });
});
