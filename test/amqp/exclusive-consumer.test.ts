import { describe, expect, it } from 'vitest';
import { consume } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

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
