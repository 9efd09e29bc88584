import { describe, expect, it } from 'vitest';
import { drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('basic.get', () => {
  const session = useBroker();

  it('takes one message at a time, oldest first, and tells how many are left', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2']) send(channel, '', queue, text);
    expect(await channel.get(queue, { noAck: true })).toMatchObject({
      content: Buffer.from('1'),
      fields: {
        deliveryTag: 1,
        redelivered: false,
        exchange: '',
        routingKey: queue,
        messageCount: 1,
      },
    });
    expect(await channel.get(queue, { noAck: true })).toMatchObject({
      content: Buffer.from('2'),
      fields: { messageCount: 0 },
    });
    expect(await channel.get(queue, { noAck: true })).toBe(false);
  });

  it('leaves the message to be acknowledged', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['acked', 'held']) send(channel, '', queue, text);
    channel.ack(await hold(channel, queue));
    await hold(channel, queue);
    await channel.close();
    expect(await drainTexts(await session.channel(connection), queue)).toEqual(['held']);
  });

  it('answers 404 on the channel for a queue that does not exist', async () => {
    const channel = await session.channel();
    await expect(channel.get(session.name('none'))).rejects.toMatchObject({ code: 404 });
  });

  it('means the queue declared last when the name is empty', async () => {
    const client = await session.rawChannel();
    await client.declareQueue(1);
    client.send(1, { name: 'basic.get', queue: '' });
    await client.expectMethod(1, 'basic.get-empty');
  });

  it('delivers a message with an empty body', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.alloc(0), { contentType: 'nothing' });
    expect(await channel.get(queue, { noAck: true })).toMatchObject({
      content: Buffer.alloc(0),
      properties: { contentType: 'nothing' },
    });
  });

  it('shares its delivery tags with the consumers of the channel', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2']) send(channel, '', queue, text);
    await channel.get(queue, { noAck: true });
    expect((await hold(channel, queue)).fields.deliveryTag).toBe(2);
  });
});
