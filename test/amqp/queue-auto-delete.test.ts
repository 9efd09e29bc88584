import { describe, expect, it } from 'vitest';
import { consume } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

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
