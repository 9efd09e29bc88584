import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

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
