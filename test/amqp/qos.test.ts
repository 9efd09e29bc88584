import { describe, expect, it } from 'vitest';
import { consume, depthReaches, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('prefetch', () => {
  const session = useBroker();

  it('bounds what a consumer holds unacknowledged', async () => {
    const channel = await session.channel();
    await channel.prefetch(2);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3', '4']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    await depthReaches(channel, queue, 2);
    expect(inbox.texts()).toEqual(['1', '2']);
    channel.ack(await inbox.message(0));
    await inbox.received(3);
    await depthReaches(channel, queue, 1);
    expect(inbox.texts()).toEqual(['1', '2', '3']);
  });

  it('is filled up again after a reject as after an ack', async () => {
    const channel = await session.channel();
    await channel.prefetch(1);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    channel.reject(await inbox.message(0), false);
    channel.nack(await inbox.message(1), false, false);
    channel.ack(await inbox.message(2));
    expect(inbox.texts()).toEqual(['1', '2', '3']);
  });

  it('counts for each consumer that starts after it was set', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.prefetch(1);
    const one = await consume(channel, queue);
    await channel.prefetch(3);
    const three = await consume(channel, queue);
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    await depthReaches(channel, queue, 6);
    expect([one.messages.length, three.messages.length]).toEqual([1, 3]);
  });

  it('with 0 is without bound', async () => {
    const channel = await session.channel();
    await channel.prefetch(0);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (let i = 0; i < 1000; i++) send(channel, '', queue, `${i}`);
    const inbox = await consume(channel, queue);
    await inbox.received(1000);
  });

  it('does not bound consumers that acknowledge nothing', async () => {
    const channel = await session.channel();
    await channel.prefetch(1);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (let i = 0; i < 100; i++) send(channel, '', queue, `${i}`);
    const inbox = await consume(channel, queue, { noAck: true });
    await inbox.received(100);
  });

  it('does not bound gets', async () => {
    const channel = await session.channel();
    await channel.prefetch(1);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    for (let i = 0; i < 3; i++) await hold(channel, queue);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('set globally bounds all consumers of the channel together', async () => {
    const channel = await session.channel();
    await channel.prefetch(3, true);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const first = await consume(channel, queue);
    const second = await consume(channel, queue);
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    await depthReaches(channel, queue, 7);
    expect(first.messages.length + second.messages.length).toBe(3);
    channel.ackAll();
    await depthReaches(channel, queue, 4);
    await waitFor('six', () => first.messages.length + second.messages.length === 6);
  });

  it('set both ways bounds by whichever is reached first', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.prefetch(2, false);
    await channel.prefetch(3, true);
    const first = await consume(channel, queue);
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    await depthReaches(channel, queue, 8);
    const second = await consume(channel, queue);
    await depthReaches(channel, queue, 7);
    await second.received(1);
    expect([first.messages.length, second.messages.length]).toEqual([2, 1]);
  });

  it('raised globally lets more through at once', async () => {
    const channel = await session.channel();
    await channel.prefetch(1, true);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    const inbox = await consume(channel, queue);
    await depthReaches(channel, queue, 9);
    await channel.prefetch(4, true);
    await inbox.received(4);
    await depthReaches(channel, queue, 6);
  });

  it('on one channel leaves the others alone', async () => {
    const connection = await session.connect();
    const bounded = await session.channel(connection);
    const free = await session.channel(connection);
    await bounded.prefetch(1);
    const { queue } = await bounded.assertQueue('', { exclusive: true });
    const one = await consume(bounded, queue);
    const many = await consume(free, queue);
    for (let i = 0; i < 20; i++) send(free, '', queue, `${i}`);
    await many.received(19);
    expect(one.messages.length).toBe(1);
  });

  it('by size is refused with 540', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.qos', prefetchSize: 1000, prefetchCount: 1 });
    await client.expectConnectionClose(540);
  });
});
