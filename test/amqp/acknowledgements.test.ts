import { describe, expect, it } from 'vitest';
import { consume, drainTexts, hold, send, texts } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

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

describe('recovering', () => {
  const session = useBroker();

  it('requeues all that the channel holds, marked as redelivered', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    await inbox.received(2);
    await channel.recover();
    const messages = await inbox.received(4);
    expect(texts(messages)).toEqual(['1', '2', '1', '2']);
    expect(messages.map((message) => message.fields.redelivered)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('works asynchronously too, without an answer', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.from('x'));
    client.send(1, { name: 'basic.get', queue });
    await client.expectMethod(1, 'basic.get-ok');
    await client.expectContent(1);
    client.send(1, { name: 'basic.recover-async', requeue: true });
    client.send(1, { name: 'basic.get', queue });
    expect(await client.expectMethod(1, 'basic.get-ok')).toMatchObject({ redelivered: true });
  });

  it('without requeue is refused with 540', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.recover', requeue: false });
    await client.expectConnectionClose(540);
  });
});
