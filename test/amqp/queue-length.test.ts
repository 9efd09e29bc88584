import type { Options } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { consume, depthReaches, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('queue length limits', () => {
  const session = useBroker();

  it('drop the oldest ready messages beyond x-max-length', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 3 });
    for (const text of ['1', '2', '3', '4', '5']) send(channel, '', queue, text);
    expect(await drainTexts(channel, queue)).toEqual(['3', '4', '5']);
  });

  it('drop the oldest ready messages beyond x-max-length-bytes of bodies', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      arguments: { 'x-max-length-bytes': 10 },
    });
    for (const text of ['aaaa', 'bbbb', 'cccc', 'dd']) send(channel, '', queue, text);
    expect(await drainTexts(channel, queue)).toEqual(['bbbb', 'cccc', 'dd']);
    send(channel, '', queue, 'more than ten octets');
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('count ready messages only', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 1 });
    send(channel, '', queue, 'held');
    await hold(channel, queue);
    send(channel, '', queue, 'ready');
    await depthReaches(channel, queue, 1);
  });

  it('apply to what is requeued, too', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 1 });
    send(channel, '', queue, 'oldest');
    const held = await hold(channel, queue);
    send(channel, '', queue, 'newest');
    await depthReaches(channel, queue, 1);
    channel.nack(held, false, true);
    expect(await drainTexts(channel, queue)).toEqual(['newest']);
  });

  it('keep nothing with x-max-length 0, but let consumers take what they can at once', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 0 });
    send(channel, '', queue, 'dropped');
    expect(await channel.get(queue)).toBe(false);
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'delivered');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['delivered']);
  });

  it('refuse new messages with a nack for x-overflow reject-publish', async () => {
    const { queue, outcomes, channel } = await fill({ overflow: 'reject-publish' });
    expect(outcomes).toEqual(['ack', 'ack', 'nack']);
    expect(await drainTexts(channel, queue)).toEqual(['1', '2']);
  });

  it('refuse new messages silently when the publisher asked for no confirms', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      maxLength: 2,
      overflow: 'reject-publish',
    });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    expect(await drainTexts(channel, queue)).toEqual(['1', '2']);
  });

  it('take messages again once there is room', async () => {
    const { queue, channel, publish } = await fill({ overflow: 'reject-publish' });
    await channel.get(queue, { noAck: true });
    expect(await publish('4')).toBe('ack');
    expect(await drainTexts(channel, queue)).toEqual(['2', '4']);
  });

  it('nack and dead-letter new messages for x-overflow reject-publish-dlx', async () => {
    const observer = await session.channel();
    const dead = await observer.assertQueue('', { exclusive: true });
    const exchange = session.name('dlx');
    await observer.assertExchange(exchange, 'fanout');
    await observer.bindQueue(dead.queue, exchange, '');
    const { queue, outcomes, channel } = await fill({
      overflow: 'reject-publish-dlx',
      deadLetterExchange: exchange,
    });
    expect(outcomes).toEqual(['ack', 'ack', 'nack']);
    await depthReaches(observer, dead.queue, 1);
    expect(await observer.get(dead.queue)).toMatchObject({
      content: Buffer.from('3'),
      properties: { headers: { 'x-first-death-reason': 'maxlen' } },
    });
    expect(await drainTexts(channel, queue)).toEqual(['1', '2']);
  });

  /** Publishes 1, 2, 3 with confirms to a queue that takes two messages. */
  async function fill(options: Options.AssertQueue) {
    const channel = await session.confirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 2, ...options });
    const publish = (text: string): Promise<'ack' | 'nack'> =>
      new Promise((resolve) => {
        channel.sendToQueue(queue, Buffer.from(text), {}, (error) =>
          resolve(error === null ? 'ack' : 'nack'),
        );
      });
    const outcomes: string[] = [];
    for (const text of ['1', '2', '3']) outcomes.push(await publish(text));
    return { queue, outcomes, channel, publish };
  }
});
