import { describe, expect, it } from 'vitest';
import { consume, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('priority queues', () => {
  const session = useBroker();

  it('deliver higher priorities first and keep the order within one priority', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 5 });
    for (const [text, priority] of [
      ['low 1', 1],
      ['high 1', 5],
      ['middle', 3],
      ['low 2', 1],
      ['high 2', 5],
    ] as const) {
      send(channel, '', queue, text, { priority });
    }
    expect(await drainTexts(channel, queue)).toEqual([
      'high 1',
      'high 2',
      'middle',
      'low 1',
      'low 2',
    ]);
  });

  it('take no priority for 0 and anything above the maximum for the maximum', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 2 });
    send(channel, '', queue, 'none');
    send(channel, '', queue, 'zero', { priority: 0 });
    send(channel, '', queue, 'one', { priority: 1 });
    send(channel, '', queue, 'two', { priority: 2 });
    send(channel, '', queue, 'two hundred', { priority: 200 });
    expect(await drainTexts(channel, queue)).toEqual(['two', 'two hundred', 'one', 'none', 'zero']);
  });

  it('put a requeued message back in its place', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 2 });
    send(channel, '', queue, 'high 1', { priority: 2 });
    send(channel, '', queue, 'high 2', { priority: 2 });
    send(channel, '', queue, 'low');
    channel.nack(await hold(channel, queue));
    expect(await drainTexts(channel, queue)).toEqual(['high 1', 'high 2', 'low']);
  });

  it('drop from the head, where the highest priorities are, when they are full', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      maxPriority: 2,
      maxLength: 2,
    });
    send(channel, '', queue, 'high 1', { priority: 2 });
    send(channel, '', queue, 'low', { priority: 1 });
    send(channel, '', queue, 'high 2', { priority: 2 });
    expect(await drainTexts(channel, queue)).toEqual(['high 2', 'low']);
  });

  it('serve consumers by priority too', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, maxPriority: 9 });
    for (let priority = 0; priority < 10; priority++) {
      send(channel, '', queue, `${priority}`, { priority });
    }
    const inbox = await consume(channel, queue, { noAck: true });
    await inbox.received(10);
    expect(inbox.texts()).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1', '0']);
  });

  it('are not what a queue without x-max-priority is', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'first', { priority: 1 });
    send(channel, '', queue, 'second', { priority: 9 });
    expect(await drainTexts(channel, queue)).toEqual(['first', 'second']);
  });
});
