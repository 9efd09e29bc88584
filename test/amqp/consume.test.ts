import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('consuming', () => {
  const session = useBroker();

  it('delivers what was waiting and what comes, in order', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue, { noAck: true });
    for (const text of ['4', '5']) send(channel, '', queue, text);
    await inbox.received(5);
    expect(inbox.texts()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('tells consumer tag, exchange, routing key, and delivery tags that count from 1', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { consumerTag: 'my-tag' });
    expect(inbox.consumerTag).toBe('my-tag');
    for (const text of ['1', '2']) send(channel, '', queue, text);
    const messages = await inbox.received(2);
    expect(messages.map((message) => message.fields)).toEqual(
      [1, 2].map((deliveryTag) => ({
        consumerTag: 'my-tag',
        deliveryTag,
        redelivered: false,
        exchange: '',
        routingKey: queue,
      })),
    );
  });

  it('makes up consumer tags that differ', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const first = await consume(channel, queue);
    const second = await consume(channel, queue);
    expect(first.consumerTag).not.toBe('');
    expect(first.consumerTag).not.toBe(second.consumerTag);
  });

  it('ends the connection with 530 for a consumer tag in use on the channel', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'twice' });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'twice' });
    await client.expectConnectionClose(530);
  });

  it('lets another channel use the same consumer tag', async () => {
    const client = await session.rawChannel();
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    for (const channel of [1, 2]) {
      client.send(channel, { name: 'basic.consume', queue, consumerTag: 'same' });
      await client.expectMethod(channel, 'basic.consume-ok');
    }
  });

  it('answers 404 on the channel for a queue that does not exist', async () => {
    const channel = await session.channel();
    await expect(consume(channel, session.name('none'))).rejects.toMatchObject({ code: 404 });
  });

  it('means the queue declared last when the name is empty', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue: '', noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    client.publish(1, '', queue, Buffer.from('x'));
    await client.expectDelivery(1);
  });

  it('sends no answer when nowait is set, only messages', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c', noAck: true, nowait: true });
    client.publish(1, '', queue, Buffer.from('x'));
    expect(await client.expectDelivery(1)).toMatchObject({ consumerTag: 'c' });
  });

  it('sends consume-ok before the first message', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    for (let i = 0; i < 10; i++) client.publish(1, '', queue, Buffer.from(`${i}`));
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    for (let i = 0; i < 10; i++) {
      expect(await client.expectDelivery(1)).toMatchObject({ body: Buffer.from(`${i}`) });
    }
  });

  it('keeps no message for a consumer that needs no acknowledgement', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'gone');
    await inbox.received(1);
    await channel.close();
    expect(await drainTexts(await session.channel(connection), queue)).toEqual([]);
  });

  it.skipIf(isOracle)('with no-local leaves out what its own connection published', async () => {
    const own = await session.connect();
    const channel = await session.channel(own);
    const queue = session.name('queue');
    await channel.assertQueue(queue);
    const inbox = await consume(channel, queue, { noLocal: true, noAck: true });
    send(channel, '', queue, 'own');
    send(await session.channel(own), '', queue, 'own, by another channel');
    const stranger = await session.channel();
    send(stranger, '', queue, 'foreign');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['foreign']);
  });
});
