import { describe, expect, it } from 'vitest';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('deleting queues', () => {
  const session = useBroker();

  it('tells how many messages went with the queue', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['a', 'b']) send(channel, '', queue, text);
    expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 2 });
    await expect(channel.checkQueue(queue)).rejects.toMatchObject({ code: 404 });
  });

  it('succeeds for a queue that does not exist', async () => {
    const channel = await session.channel();
    expect(await channel.deleteQueue(session.name('never'))).toEqual({ messageCount: 0 });
  });

  it('refuses with 406 to delete a queue with messages, if-empty being set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    await expect(channel.deleteQueue(queue, { ifEmpty: true })).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining(`queue '${queue}' in vhost '/' not empty`),
    });
    const second = await session.channel(connection);
    await second.purgeQueue(queue);
    await second.deleteQueue(queue, { ifEmpty: true });
  });

  it('refuses with 406 to delete a queue with consumers, if-unused being set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const consumer = await session.channel(connection);
    const { consumerTag } = await consume(consumer, queue);
    await expect(channel.deleteQueue(queue, { ifUnused: true })).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining(`queue '${queue}' in vhost '/' in use`),
    });
    await consumer.cancel(consumerTag);
    await consumer.deleteQueue(queue, { ifUnused: true });
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(
      1,
      { name: 'queue.delete', queue, nowait: true },
      { name: 'queue.declare', queue, passive: true },
    );
    await client.expectChannelClose(1, 404);
  });
});

describe('purging queues', () => {
  const session = useBroker();

  it('drops the ready messages and tells how many', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['a', 'b', 'c']) send(channel, '', queue, text);
    expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 3 });
    expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 0 });
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('leaves the messages that wait for an acknowledgement', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['held', 'purged']) send(channel, '', queue, text);
    const held = await channel.get(queue);
    expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 1 });
    if (held === false) throw new Error('nothing held');
    channel.nack(held);
    expect(await drainTexts(channel, queue)).toEqual(['held']);
  });

  it('answers 404 on the channel for a queue that does not exist', async () => {
    const channel = await session.channel();
    await expect(channel.purgeQueue(session.name('never'))).rejects.toMatchObject({ code: 404 });
  });
});

describe('exclusive queues', () => {
  const session = useBroker();

  it.each(['declare', 'passive declare', 'bind', 'consume', 'get', 'purge', 'delete'] as const)(
    'refuse %s to other connections with 405 on the channel',
    async (operation) => {
      const owner = await session.channel();
      const queue = session.name('exclusive');
      await owner.assertQueue(queue, { exclusive: true });
      const other = await session.channel();
      const operations = {
        declare: () => other.assertQueue(queue, { exclusive: true }),
        'passive declare': () => other.checkQueue(queue),
        bind: () => other.bindQueue(queue, 'amq.direct', 'key'),
        consume: () => other.consume(queue, () => {}),
        get: () => other.get(queue),
        purge: () => other.purgeQueue(queue),
        delete: () => other.deleteQueue(queue),
      };
      await expect(operations[operation]()).rejects.toMatchObject({
        code: 405,
        message: expect.stringContaining('RESOURCE_LOCKED - cannot obtain exclusive access'),
      });
    },
  );

  it('serve all channels of their connection and take messages from everyone', async () => {
    const connection = await session.connect();
    const owner = await session.channel(connection);
    const { queue } = await owner.assertQueue('', { exclusive: true });
    const sibling = await session.channel(connection);
    const inbox = await consume(sibling, queue, { noAck: true });
    send(await session.channel(), '', queue, 'from a stranger');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['from a stranger']);
  });

  it('live on when the channel closes and go with the connection', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const queue = session.name('exclusive');
    await channel.assertQueue(queue, { exclusive: true });
    await channel.close();
    await (await session.channel(connection)).checkQueue(queue);
    await connection.close();
    const observer = await session.connect();
    await expect((await session.channel(observer)).checkQueue(queue)).rejects.toMatchObject({
      code: 404,
    });
  });

  it('go with a connection that is cut off', async () => {
    const queue = session.name('exclusive');
    const client = await session.rawChannel();
    await client.declareQueue(1, queue);
    client.destroy();
    const connection = await session.connect();
    await waitFor('the queue to go', async () => {
      const channel = await session.channel(connection);
      return channel.checkQueue(queue).then(
        () => false,
        (error: { code: number }) => error.code === 404,
      );
    });
  });

  it('refuse with 405 to be redeclared as not exclusive, even by their owner', async () => {
    const owner = await session.channel();
    const queue = session.name('exclusive');
    await owner.assertQueue(queue, { exclusive: true });
    await expect((await session.channel()).assertQueue(queue)).rejects.toMatchObject({ code: 405 });
    await expect(owner.assertQueue(queue)).rejects.toMatchObject({ code: 405 });
  });
});

describe('auto-delete queues', () => {
  const session = useBroker();

  it('stay while they never had a consumer', async () => {
    const connection = await session.connect();
    const queue = session.name('auto-delete');
    const channel = await session.channel(connection);
    await channel.assertQueue(queue, { autoDelete: true });
    await channel.close();
    await (await session.channel(connection)).checkQueue(queue);
  });

  it('go when their last consumer is cancelled', async () => {
    const channel = await session.channel();
    const queue = session.name('auto-delete');
    await channel.assertQueue(queue, { autoDelete: true });
    const first = await consume(channel, queue);
    const second = await consume(channel, queue);
    await channel.cancel(first.consumerTag);
    await channel.checkQueue(queue);
    await channel.cancel(second.consumerTag);
    await expect(channel.checkQueue(queue)).rejects.toMatchObject({ code: 404 });
  });

  it('go when the channel of their last consumer closes', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const queue = session.name('auto-delete');
    await channel.assertQueue(queue, { autoDelete: true });
    await consume(channel, queue);
    await channel.close();
    await expect((await session.channel(connection)).checkQueue(queue)).rejects.toMatchObject({
      code: 404,
    });
  });

  it('go when the connection of their last consumer is cut off', async () => {
    const queue = session.name('auto-delete');
    const client = await session.rawChannel();
    client.send(
      1,
      { name: 'queue.declare', queue, autoDelete: true },
      { name: 'basic.consume', queue },
    );
    await client.expectMethod(1, 'queue.declare-ok');
    await client.expectMethod(1, 'basic.consume-ok');
    client.destroy();
    const connection = await session.connect();
    await waitFor('the queue to go', async () => {
      const channel = await session.channel(connection);
      return channel.checkQueue(queue).then(
        () => channel.close().then(() => false),
        (error: { code: number }) => error.code === 404,
      );
    });
  });
});
