import { describe, expect, it } from 'vitest';
import { consume, depthReaches, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('message time to live', () => {
  const session = useBroker();

  it('drops what has waited in the queue for x-message-ttl', async () => {
    const channel = await session.confirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 20 });
    send(channel, '', queue, 'x');
    await channel.waitForConfirms();
    await depthReaches(channel, queue, 0);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('drops what has waited for its own expiration, and keeps what follows', async () => {
    const channel = await session.confirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'short', { expiration: 20 });
    send(channel, '', queue, 'long', { expiration: 60_000 });
    send(channel, '', queue, 'for ever');
    await channel.waitForConfirms();
    await depthReaches(channel, queue, 2);
    expect(await drainTexts(channel, queue)).toEqual(['long', 'for ever']);
  });

  it('takes the shorter of the two', async () => {
    const channel = await session.confirmChannel();
    const short = await channel.assertQueue('', { exclusive: true, messageTtl: 20 });
    const long = await channel.assertQueue('', { exclusive: true, messageTtl: 60_000 });
    send(channel, '', short.queue, 'x', { expiration: 60_000 });
    send(channel, '', long.queue, 'x', { expiration: 20 });
    await channel.waitForConfirms();
    await depthReaches(channel, short.queue, 0);
    await depthReaches(channel, long.queue, 0);
  });

  it('expires at once with 0, unless a consumer takes the message at once', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 0 });
    send(channel, '', queue, 'expired');
    expect(await channel.get(queue)).toBe(false);
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'delivered');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['delivered']);
  });

  it('does not run for a message that a consumer holds, but goes on after a requeue', async () => {
    const channel = await session.confirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 500 });
    send(channel, '', queue, 'held');
    const held = await hold(channel, queue);
    send(channel, '', queue, 'clock');
    await channel.waitForConfirms();
    await depthReaches(channel, queue, 0);
    channel.nack(held);
    await depthReaches(channel, queue, 0);
    expect(await channel.get(queue)).toBe(false);
  });

  it('keeps the expiration property as it was published', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x', { expiration: 60_000 });
    expect(await channel.get(queue)).toMatchObject({ properties: { expiration: '60000' } });
  });

  it.each(['soon', '-1', '1.5', ''])(
    'closes the channel with 406 for the expiration "%s"',
    async (expiration) => {
      const client = await session.rawChannel();
      const queue = await client.declareQueue(1);
      client.publish(1, '', queue, Buffer.from('x'), { properties: { expiration } });
      const close = await client.expectChannelClose(1, 406);
      expect(close.replyText).toContain('invalid expiration');
    },
  );
});
