import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('the default exchange', () => {
  const session = useBroker();

  it('routes to the queue named by the routing key', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const other = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    expect(await drainTexts(channel, queue)).toEqual(['x']);
    expect(await drainTexts(channel, other.queue)).toEqual([]);
  });

  it('refuses with 403 to bind or unbind', async () => {
    const connection = await session.connect();
    const first = await session.channel(connection);
    const { queue } = await first.assertQueue('', { exclusive: true });
    await expect(first.bindQueue(queue, '', 'key')).rejects.toMatchObject({ code: 403 });
    const second = await session.channel(connection);
    await expect(second.unbindQueue(queue, '', queue)).rejects.toMatchObject({ code: 403 });
  });

  it('lives on when the queue is gone and forgets what was for it', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name, { exclusive: true });
    await channel.deleteQueue(name);
    send(channel, '', name, 'lost');
    await channel.assertQueue(name, { exclusive: true });
    expect(await drainTexts(channel, name)).toEqual([]);
  });
});

describe('direct exchanges', () => {
  const session = useBroker();

  it('route by the exact routing key', async () => {
    const channel = await session.channel();
    const exchange = session.name('direct');
    await channel.assertExchange(exchange, 'direct');
    const a = await channel.assertQueue('', { exclusive: true });
    const b = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(a.queue, exchange, 'a');
    await channel.bindQueue(b.queue, exchange, 'b');
    await channel.bindQueue(b.queue, exchange, '');
    for (const key of ['a', 'b', 'A', 'a ', '', 'ab', '#']) send(channel, exchange, key, key);
    expect(await drainTexts(channel, a.queue)).toEqual(['a']);
    expect(await drainTexts(channel, b.queue)).toEqual(['b', '']);
  });

  it('deliver one copy to each of several queues bound with one key', async () => {
    const channel = await session.channel();
    const exchange = session.name('direct');
    await channel.assertExchange(exchange, 'direct');
    const queues: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, 'key');
      queues.push(queue);
    }
    send(channel, exchange, 'key', 'x');
    for (const queue of queues) expect(await drainTexts(channel, queue)).toEqual(['x']);
  });

  it('compare keys octet by octet up to their full 255', async () => {
    const channel = await session.channel();
    const exchange = session.name('direct');
    await channel.assertExchange(exchange, 'direct');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const key = `${'k'.repeat(253)}é`;
    await channel.bindQueue(queue, exchange, key);
    send(channel, exchange, key, 'the key');
    send(channel, exchange, `${'k'.repeat(253)}è`, 'one octet off');
    expect(await drainTexts(channel, queue)).toEqual(['the key']);
  });

  it('answer 404 on the channel to what is published to an exchange that does not exist', async () => {
    const channel = await session.channel();
    const missing = session.name('missing');
    send(channel, missing, '', 'x');
    expect(await session.failureOf(channel)).toMatchObject({
      code: 404,
      message: expect.stringContaining(`no exchange '${missing}' in vhost '/'`),
    });
  });
});
