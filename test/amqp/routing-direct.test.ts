import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

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
