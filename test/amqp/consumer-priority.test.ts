import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('consumer priorities', () => {
  const session = useBroker();

  it('give everything to the highest consumer that can take it', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const low = await consume(channel, queue, { noAck: true, priority: -1 });
    const normal = await consume(channel, queue, { noAck: true });
    const high = await consume(channel, queue, { noAck: true, priority: 10 });
    for (let i = 0; i < 20; i++) send(channel, '', queue, `${i}`);
    await high.received(20);
    expect([low.texts(), normal.texts()]).toEqual([[], []]);
  });

  it('give to the next when the highest is full, and to the highest again when it is not', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const highChannel = await session.channel(connection);
    await highChannel.prefetch(2);
    const low = await consume(channel, queue, { noAck: true });
    const high = await consume(highChannel, queue, { priority: 1 });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    await low.received(1);
    await high.received(2);
    expect([high.texts(), low.texts()]).toEqual([['1', '2'], ['3']]);
    for (const message of high.messages) highChannel.ack(message);
    await waitFor('the acknowledgements to be seen', async () => {
      send(channel, '', queue, 'again');
      await highChannel.checkQueue(queue);
      return high.texts().includes('again');
    });
  });

  it('take turns among equals', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const first = await consume(channel, queue, { noAck: true, priority: 5 });
    const second = await consume(channel, queue, { noAck: true, priority: 5 });
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    await waitFor('all', () => first.messages.length + second.messages.length === 10);
    expect([first.messages.length, second.messages.length]).toEqual([5, 5]);
  });

  it('must be integers, else 406', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await expect(
      consume(channel, queue, { arguments: { 'x-priority': 'high' } }),
    ).rejects.toMatchObject({ code: 406, message: expect.stringContaining('x-priority') });
  });
});
