import { describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';

describe('deleting exchanges', () => {
  const session = useBroker();

  it('removes the exchange and its bindings', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.assertExchange(name, 'fanout');
    await channel.bindQueue(queue, name, '');
    await channel.deleteExchange(name);
    await channel.assertExchange(name, 'fanout');
    channel.publish(name, '', Buffer.from('x'));
    expect(await channel.get(queue)).toBe(false);
    await channel.deleteExchange(name);
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('succeeds for an exchange that does not exist', async () => {
    const channel = await session.channel();
    await channel.deleteExchange(session.name('never-declared'));
  });

  it('refuses with 406 to delete an exchange in use, if-unused being set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.assertExchange(name, 'fanout');
    await channel.bindQueue(queue, name, '');
    await expect(channel.deleteExchange(name, { ifUnused: true })).rejects.toMatchObject({
      code: 406,
    });
    const second = await session.channel(connection);
    await second.unbindQueue(queue, name, '');
    await second.deleteExchange(name, { ifUnused: true });
    await expect(second.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it.each(['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match'])(
    'refuses with 403 to delete %s',
    async (name) => {
      const channel = await session.channel();
      await expect(channel.deleteExchange(name)).rejects.toMatchObject({ code: 403 });
    },
  );
});
