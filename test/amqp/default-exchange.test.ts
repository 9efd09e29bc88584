import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('the default exchange', () => {
  const session = useBroker();

  it('routes to the queue named by the routing key', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const other = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x');
    expect(await drainTexts(channel, queue)).toEqual(['x']);
    expect(await drainTexts(channel, other.queue)).toEqual([]);
  });

  it('refuses with 403 to bind or unbind', async () => {
    const connection = await session.connect();
    const first = await session.channel(connection);
    const { queue } = await first.assertQueue('', { exclusive: true });
    await expect(first.bindQueue(queue, '', 'key')).rejects.toMatchObject({ code: 403 });
    const second = await session.channel(connection);
    await expect(second.unbindQueue(queue, '', queue)).rejects.toMatchObject({ code: 403 });
  });

  it('lives on when the queue is gone and forgets what was for it', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name, { exclusive: true });
    await channel.deleteQueue(name);
    send(channel, '', name, 'lost');
    await channel.assertQueue(name, { exclusive: true });
    expect(await drainTexts(channel, name)).toEqual([]);
  });
});
