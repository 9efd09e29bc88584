import { describe, expect, it } from 'vitest';
import { consume, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('acknowledging', () => {
  const session = useBroker();

  it('removes the message for good', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['acked', 'kept']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    const [first] = await inbox.received(2);
    if (first !== undefined) channel.ack(first);
    await channel.close();
    expect(await drainTexts(await session.channel(connection), queue)).toEqual(['kept']);
  });

  it('removes several messages up to and including one when multiple is set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3', '4']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    await inbox.received(4);
    channel.ack(await inbox.message(2), true);
    await channel.close();
    expect(await drainTexts(await session.channel(connection), queue)).toEqual(['4']);
  });

  it('means all outstanding messages with tag 0 and multiple', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    for (const text of ['1', '2']) client.publish(1, '', queue, Buffer.from(text));
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c' });
    await client.expectMethod(1, 'basic.consume-ok');
    await client.expectDelivery(1);
    await client.expectDelivery(1);
    client.send(1, { name: 'basic.ack', deliveryTag: 0, multiple: true });
    client.send(1, { name: 'channel.close', replyCode: 200 });
    await client.expectMethod(1, 'channel.close-ok');
    await client.openChannel(1);
    client.send(1, { name: 'queue.purge', queue });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: 0 });
  });

  it('may come in any order', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3', '4', '5']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    await inbox.received(5);
    for (const index of [3, 0, 4]) channel.ack(await inbox.message(index));
    await channel.close();
    expect(await drainTexts(await session.channel(connection), queue)).toEqual(['2', '3']);
  });

  it('covers messages of several consumers of the channel when multiple is set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const queues: string[] = [];
    for (let i = 0; i < 2; i++) {
      queues.push((await channel.assertQueue('', { exclusive: true })).queue);
    }
    for (const queue of queues) {
      const inbox = await consume(channel, queue);
      send(channel, '', queue, 'x');
      await inbox.received(1);
    }
    channel.ackAll();
    await channel.close();
    const other = await session.channel(connection);
    for (const queue of queues) expect(await drainTexts(other, queue)).toEqual([]);
  });

  it.each([
    ['an unknown tag', { name: 'basic.ack', deliveryTag: 5 }],
    ['an unknown tag, multiple', { name: 'basic.ack', deliveryTag: 5, multiple: true }],
    ['tag 0 without multiple', { name: 'basic.ack', deliveryTag: 0 }],
    ['an unknown tag, rejected', { name: 'basic.reject', deliveryTag: 5, requeue: true }],
    ['an unknown tag, negatively', { name: 'basic.nack', deliveryTag: 5, requeue: true }],
  ] as const)('closes the channel with 406 for %s', async (_, method) => {
    const client = await session.rawChannel();
    client.send(1, method);
    const close = await client.expectChannelClose(1, 406);
    expect(close.replyText).toBe(
      `PRECONDITION_FAILED - unknown delivery tag ${method.deliveryTag}`,
    );
    await client.openChannel(1);
  });

  it('closes the channel with 406 when a message is acknowledged twice', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    const message = await hold(channel, queue);
    channel.ack(message);
    channel.ack(message);
    expect(await session.failureOf(channel)).toMatchObject({ code: 406 });
  });

  it('closes the channel with 406 for what needed no acknowledgement', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'x');
    channel.ack(await inbox.message(0));
    expect(await session.failureOf(channel)).toMatchObject({ code: 406 });
  });

  it('is not possible on another channel than the delivery came on', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    const message = await hold(channel, queue);
    const other = await session.channel(connection);
    other.ack(message);
    expect(await session.failureOf(other)).toMatchObject({ code: 406 });
  });
});
