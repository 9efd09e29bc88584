import { describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';

describe('server-named queues', () => {
  const session = useBroker();

  it('get a new name that begins with amq.gen- each time', async () => {
    const channel = await session.channel();
    const first = await channel.assertQueue('', { exclusive: true });
    const second = await channel.assertQueue('', { exclusive: true });
    expect(first.queue).toMatch(/^amq\.gen-/);
    expect(second.queue).toMatch(/^amq\.gen-/);
    expect(first.queue).not.toBe(second.queue);
  });

  it('can be declared again passively only, their names being reserved', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    expect(await channel.checkQueue(queue)).toMatchObject({ queue });
    await expect(channel.assertQueue(queue, { exclusive: true })).rejects.toMatchObject({
      code: 403,
    });
  });

  it('are meant by an empty name afterwards on that channel, and on no other', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.from('x'));
    client.send(1, { name: 'queue.purge', queue: '' });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: 1 });
    await client.openChannel(2);
    client.send(2, { name: 'queue.purge', queue: '' });
    await client.expectChannelClose(2, 404);
  });
});
