import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

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

describe('exclusive consumers', () => {
  const session = useBroker();

  it('refuse any other consumer of the queue with 403 on the channel', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await consume(channel, queue, { exclusive: true });
    const other = await session.channel(connection);
    await expect(consume(other, queue)).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('in exclusive use'),
    });
  });

  it('are refused with 403 when the queue has a consumer already', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await consume(channel, queue);
    await expect(consume(channel, queue, { exclusive: true })).rejects.toMatchObject({ code: 403 });
  });

  it('make room when they are cancelled', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const { consumerTag } = await consume(channel, queue, { exclusive: true });
    await channel.cancel(consumerTag);
    await consume(channel, queue, { exclusive: true });
  });
});

describe('cancelling a consumer', () => {
  const session = useBroker();

  it('ends its deliveries and leaves the messages to others', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'delivered');
    await inbox.received(1);
    await channel.cancel(inbox.consumerTag);
    send(channel, '', queue, 'left');
    expect(await drainTexts(channel, queue)).toEqual(['left']);
    expect(inbox.texts()).toEqual(['delivered']);
  });

  it('leaves what it holds unacknowledged, to be acknowledged later', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue);
    send(channel, '', queue, 'held');
    const message = await inbox.message(0);
    await channel.cancel(inbox.consumerTag);
    expect(await drainTexts(channel, queue)).toEqual([]);
    channel.nack(message);
    expect(await drainTexts(channel, queue)).toEqual(['held']);
  });

  it('succeeds for a consumer that does not exist', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.cancel', consumerTag: 'never' });
    expect(await client.expectMethod(1, 'basic.cancel-ok')).toMatchObject({ consumerTag: 'never' });
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c' });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(
      1,
      { name: 'basic.cancel', consumerTag: 'c', nowait: true },
      { name: 'queue.declare', queue, passive: true },
    );
    expect(await client.expectMethod(1, 'queue.declare-ok')).toMatchObject({ consumerCount: 0 });
  });
});

describe('consumer cancellation by the broker', () => {
  const session = useBroker();

  it('tells the consumer when its queue is deleted', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue);
    await (await session.channel(connection)).deleteQueue(queue);
    await waitFor('the cancellation', () => inbox.cancelled);
  });

  it('tells the consumer when its queue expires by the end of its owner', async () => {
    const channel = await session.channel();
    const queue = session.name('queue');
    await channel.assertQueue(queue, { autoDelete: true });
    const inbox = await consume(channel, queue);
    await (await session.channel()).deleteQueue(queue);
    await waitFor('the cancellation', () => inbox.cancelled);
  });

  it('is not told to a client without that capability', async () => {
    const client = await session.raw();
    await client.login({ clientProperties: {} });
    await client.openChannel(1);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(1, { name: 'queue.delete', queue });
    await client.expectMethod(1, 'queue.delete-ok');
    await client.expectAlive();
  });

  it('is told with the tag, and nowait, to a client with that capability', async () => {
    const client = await session.raw();
    await client.login({ clientProperties: { capabilities: { consumer_cancel_notify: true } } });
    await client.openChannel(1);
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c' });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(1, { name: 'queue.delete', queue, nowait: true });
    expect(await client.expectMethod(1, 'basic.cancel')).toMatchObject({
      consumerTag: 'c',
      nowait: true,
    });
  });
});
