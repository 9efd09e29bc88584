import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

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
