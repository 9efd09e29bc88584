import { describe, expect, it } from 'vitest';
import { consume, drainTexts, hold, send, texts } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('rejecting', () => {
  const session = useBroker();

  it('drops the message without requeue', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    channel.reject(await hold(channel, queue), false);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it.each(['reject', 'nack'] as const)(
    'by %s with requeue puts the message back in its place, marked as redelivered',
    async (how) => {
      const channel = await session.channel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      for (const text of ['1', '2', '3']) send(channel, '', queue, text);
      const message = await hold(channel, queue);
      if (how === 'reject') channel.reject(message, true);
      else channel.nack(message, false, true);
      const again = await hold(channel, queue);
      expect(again).toMatchObject({ content: Buffer.from('1'), fields: { redelivered: true } });
      expect(await hold(channel, queue)).toMatchObject({
        content: Buffer.from('2'),
        fields: { redelivered: false },
      });
    },
  );

  it('restores the original order whatever order the messages come back in', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3', '4', '5', '6']) send(channel, '', queue, text);
    const held = [];
    for (let i = 0; i < 5; i++) held.push(await hold(channel, queue));
    for (const index of [3, 0, 4, 2]) {
      const message = held[index];
      if (message !== undefined) channel.nack(message);
    }
    expect(await drainTexts(channel, queue)).toEqual(['1', '3', '4', '5', '6']);
  });

  it('takes several messages when multiple is set', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    await hold(channel, queue);
    channel.nack(await hold(channel, queue), true, true);
    expect(await drainTexts(channel, queue)).toEqual(['1', '2', '3']);
    send(channel, '', queue, 'dropped');
    await hold(channel, queue);
    channel.nackAll(false);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('delivers a requeued message again to the only consumer', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue);
    send(channel, '', queue, 'x');
    channel.nack(await inbox.message(0));
    expect(await inbox.message(1)).toMatchObject({
      fields: { redelivered: true, deliveryTag: 2 },
    });
  });
});

describe('what a lost consumer held', () => {
  const session = useBroker();

  it('is delivered to others, in order and marked as redelivered', async () => {
    const channel = await session.channel();
    const queue = session.name('queue');
    await channel.assertQueue(queue);
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.consume', queue });
    await client.expectMethod(1, 'basic.consume-ok');
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    for (let i = 0; i < 3; i++) await client.expectDelivery(1);
    client.destroy();
    await waitFor('the messages to come back', async () => {
      return (await channel.checkQueue(queue)).messageCount === 3;
    });
    const messages = [];
    for (let i = 0; i < 3; i++) messages.push(await hold(channel, queue));
    expect(texts(messages)).toEqual(['1', '2', '3']);
    expect(messages.every((message) => message.fields.redelivered)).toBe(true);
  });
});
