import { describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';

describe('auto-delete exchanges', () => {
  const session = useBroker();

  it('live until their last binding goes', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct', { autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, name, 'one');
    await channel.bindQueue(queue, name, 'two');
    await channel.unbindQueue(queue, name, 'one');
    await channel.checkExchange(name);
    await channel.unbindQueue(queue, name, 'two');
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('stay while they never had a binding', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct', { autoDelete: true });
    channel.publish(name, '', Buffer.from('x'));
    await channel.checkExchange(name);
  });

  it('go when the last bound queue is deleted', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'fanout', { autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, name, '');
    await channel.deleteQueue(queue);
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('go when the last exchange bound to them is deleted, and so on down the chain', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const [outer, middle] = [session.name('outer'), session.name('middle')];
    const inner = session.name('inner');
    await channel.assertExchange(outer, 'fanout', { autoDelete: true });
    await channel.assertExchange(middle, 'fanout', { autoDelete: true });
    await channel.assertExchange(inner, 'fanout');
    await channel.bindExchange(middle, outer, '');
    await channel.bindExchange(inner, middle, '');
    await channel.deleteExchange(inner);
    await expect(channel.checkExchange(middle)).rejects.toMatchObject({ code: 404 });
    const second = await session.channel(connection);
    await expect(second.checkExchange(outer)).rejects.toMatchObject({ code: 404 });
  });
});
