import { describe, expect, it } from 'vitest';
import { SEGMENT_MAX_OCTETS } from '../../src/amqp-control/queues/segment-pool.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  consume,
  numbered,
  numberOf,
  pagedOut,
  QUEUE_MEMORY,
  queueOf,
  range,
  storedOctets,
  usePagingBroker,
} from './paged-session.ts';

const COUNT = 6000;

describe('a queue that is longer than its memory', () => {
  const session = usePagingBroker();

  it('gives its messages to consumers in order, from memory that is bounded', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await pagedOut(session, 'q');
    expect(queueOf(session, 'q').logs.heldOctets).toBeLessThan(
      QUEUE_MEMORY + 2 * SEGMENT_MAX_OCTETS,
    );
    expect(await consume(channel, 'q', COUNT)).toEqual(range(COUNT));
    expect(queueOf(session, 'q').logs.pagedOutCount).toBe(0);
  });

  it('pages out transient messages likewise', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: false, exclusive: true });
    const publisher = await session.confirmChannel();
    await channel.assertExchange('x', 'fanout', { durable: false });
    await channel.bindQueue('q', 'x', '');
    for (const body of numbered(COUNT)) publisher.publish('x', '', Buffer.from(body));
    await publisher.waitForConfirms();
    await pagedOut(session, 'q');
    expect(await consume(channel, 'q', COUNT)).toEqual(range(COUNT));
  });

  it('keeps its order while it is published to and consumed from at the same time', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await pagedOut(session, 'q');
    const consumed = consume(channel, 'q', 2 * COUNT);
    await session.publish('q', numbered(COUNT, COUNT));
    expect(await consumed).toEqual(range(2 * COUNT));
  });

  it('takes acknowledgements in any order, and gives back what is requeued in its place', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await pagedOut(session, 'q');
    const taken = [];
    for (let i = 0; i < 500; i++) {
      const message = await channel.get('q');
      if (message === false) throw new Error('the queue is empty');
      taken.push(message);
    }
    for (const message of taken.filter((m) => numberOf(m) % 3 === 0).reverse()) {
      channel.ack(message);
    }
    for (const message of taken.filter((m) => numberOf(m) % 3 !== 0)) channel.nack(message);
    const rest = range(COUNT).filter((number) => number >= 500 || number % 3 !== 0);
    expect(await consume(channel, 'q', rest.length)).toEqual(rest);
  });

  it('gives single messages in order, and what is asked behind one comes behind it', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await pagedOut(session, 'q');
    const asked = range(COUNT).map(() => channel.get('q', { noAck: true }));
    const counted = channel.checkQueue('q');
    const answers = await Promise.all(asked);
    expect(answers.map((answer) => (answer === false ? -1 : numberOf(answer)))).toEqual(
      range(COUNT),
    );
    expect((await counted).messageCount).toBe(0);
    expect(await channel.get('q')).toBe(false);
  });

  it('lets expire what is paged out, and dead-letters it in order', async () => {
    const channel = await session.channel();
    await channel.assertQueue('dead', { durable: true });
    await channel.assertQueue('q', {
      durable: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    await session.publish('q', numbered(COUNT), { expiration: '1500' });
    await pagedOut(session, 'q');
    const dead = queueOf(session, 'dead');
    await waitFor('all to expire', () => dead.readyCount === COUNT, 20_000);
    expect(queueOf(session, 'q').readyCount).toBe(0);
    expect(await consume(channel, 'dead', COUNT)).toEqual(range(COUNT));
  });

  it('drops its head beyond its greatest length, and dead-letters it', async () => {
    const channel = await session.channel();
    const kept = 4000;
    await channel.assertQueue('dead', { durable: true });
    await channel.assertQueue('q', {
      durable: true,
      maxLength: kept,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    await session.publish('q', numbered(COUNT));
    const queue = queueOf(session, 'q');
    await waitFor('the rest to be dropped', () => queue.readyCount === kept);
    expect(await consume(channel, 'q', kept)).toEqual(range(kept, COUNT - kept));
    expect(await consume(channel, 'dead', COUNT - kept)).toEqual(range(COUNT - kept));
  });

  it('serves what has a higher priority first, though that is on disk', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true, maxPriority: 2 });
    await session.publish('q', numbered(COUNT, COUNT), { priority: 1 });
    await session.publish('q', numbered(COUNT), { priority: 2 });
    await pagedOut(session, 'q');
    expect(await consume(channel, 'q', 2 * COUNT)).toEqual(range(2 * COUNT));
  });

  it('gives bodies of all sizes back as they were', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    const bodies = range(120).map((i) => `${i}`.padEnd(1 + (i % 40) * 3001, String(i % 10)));
    await session.publish('q', bodies);
    const { readyCount } = queueOf(session, 'q');
    expect(readyCount).toBe(bodies.length);
    expect(await session.bodies('q')).toEqual(bodies);
  });

  it('leaves nothing on disk when it is purged, or deleted', async () => {
    const channel = await session.channel();
    for (const name of ['purged', 'deleted']) {
      await channel.assertQueue(name, { durable: true });
      await session.publish(name, numbered(COUNT));
      await pagedOut(session, name);
    }
    expect(storedOctets(session)).toBeGreaterThan(0);
    expect((await channel.purgeQueue('purged')).messageCount).toBe(COUNT);
    expect((await channel.deleteQueue('deleted')).messageCount).toBe(COUNT);
    await waitFor('the disk to be free', () => storedOctets(session) === 0);
    expect(await channel.get('purged')).toBe(false);
  });

  it('answers who waits for its head when it is purged', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await pagedOut(session, 'q');
    const other = await session.channel();
    const asked = range(COUNT).map(() => channel.get('q', { noAck: true }));
    await other.purgeQueue('q');
    const got = (await Promise.all(asked)).flatMap((answer) =>
      answer === false ? [] : [numberOf(answer)],
    );
    expect(got).toEqual(range(got.length));
  });

  it('survives a restart, after which it is on disk again, in order', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', numbered(COUNT));
    await session.publish('q', ['transient'], { persistent: false });
    await pagedOut(session, 'q');
    for (let i = 0; i < 100; i++) await channel.get('q', { noAck: true });
    await session.restart();
    await pagedOut(session, 'q');
    const rest = COUNT - 100;
    expect(queueOf(session, 'q').readyCount).toBe(rest);
    expect(await consume(await session.channel(), 'q', rest)).toEqual(range(rest, 100));
    await session.restart();
    expect(await session.bodies('q')).toEqual([]);
  });
});
