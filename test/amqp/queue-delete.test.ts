import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

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
