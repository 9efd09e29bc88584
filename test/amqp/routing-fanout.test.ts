import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('fanout exchanges', () => {
  const session = useBroker();

  it('deliver one copy to every bound queue, whatever the keys', async () => {
    const channel = await session.channel();
    const exchange = session.name('fanout');
    await channel.assertExchange(exchange, 'fanout');
    const first = await channel.assertQueue('', { exclusive: true });
    const second = await channel.assertQueue('', { exclusive: true });
    const unbound = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(first.queue, exchange, 'one');
    await channel.bindQueue(first.queue, exchange, 'two');
    await channel.bindQueue(second.queue, exchange, '');
    send(channel, exchange, 'any', 'x');
    send(channel, exchange, '', 'y');
    expect(await drainTexts(channel, first.queue)).toEqual(['x', 'y']);
    expect(await drainTexts(channel, second.queue)).toEqual(['x', 'y']);
    expect(await drainTexts(channel, unbound.queue)).toEqual([]);
  });

  it('keep a queue while one of its bindings is left', async () => {
    const channel = await session.channel();
    const exchange = session.name('fanout');
    await channel.assertExchange(exchange, 'fanout');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, 'one');
    await channel.bindQueue(queue, exchange, 'two');
    await channel.unbindQueue(queue, exchange, 'one');
    send(channel, exchange, '', 'still bound');
    await channel.unbindQueue(queue, exchange, 'two');
    send(channel, exchange, '', 'unbound');
    expect(await drainTexts(channel, queue)).toEqual(['still bound']);
  });

  it('keep the message as it was published', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const key = session.name('key');
    await channel.bindQueue(queue, 'amq.fanout', '');
    const options = {
      contentType: 'text/plain',
      contentEncoding: 'utf8',
      headers: { text: 'é', number: 42, nested: { flag: true }, list: [1, 'two', null] },
      deliveryMode: 2,
      priority: 3,
      correlationId: 'correlation',
      replyTo: 'reply',
      expiration: '60000',
      messageId: 'message',
      timestamp: 1234567890,
      type: 'kind',
      userId: 'guest',
      appId: 'application',
    };
    send(channel, 'amq.fanout', key, 'body', options);
    const message = await channel.get(queue, { noAck: true });
    expect(message).toMatchObject({
      content: Buffer.from('body'),
      fields: { exchange: 'amq.fanout', routingKey: key, redelivered: false, messageCount: 0 },
      properties: options,
    });
  });
});
