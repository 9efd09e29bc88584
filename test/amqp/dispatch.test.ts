import { describe, expect, it } from 'vitest';
import { consume, drainTexts, type Inbox, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('dispatch', () => {
  const session = useBroker();

  it('takes turns among consumers without prefetch', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inboxes: Inbox[] = [];
    for (let i = 0; i < 3; i++) inboxes.push(await consume(channel, queue, { noAck: true }));
    for (let i = 0; i < 9; i++) send(channel, '', queue, `${i}`);
    await waitFor('all', () => inboxes.every((inbox) => inbox.messages.length >= 3));
    expect(inboxes.map((inbox) => inbox.texts())).toEqual([
      ['0', '3', '6'],
      ['1', '4', '7'],
      ['2', '5', '8'],
    ]);
  });

  it('gives the more to a fast consumer the less a slow one takes', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const slowChannel = await session.channel(connection);
    await slowChannel.prefetch(1);
    const slow = await consume(slowChannel, queue);
    const fastChannel = await session.channel(connection);
    await fastChannel.prefetch(1);
    const fast: string[] = [];
    await fastChannel.consume(queue, (message) => {
      if (message === null) return;
      fast.push(message.content.toString());
      fastChannel.ack(message);
    });
    for (let i = 0; i < 100; i++) send(channel, '', queue, `${i}`);
    await waitFor('the fast consumer', () => fast.length === 99);
    expect(slow.messages.length).toBe(1);
  });

  it('starves no consumer of one queue on one connection', async () => {
    const connection = await session.connect();
    const { queue } = await (await session.channel(connection)).assertQueue('', {
      exclusive: true,
    });
    const inboxes: Inbox[] = [];
    for (let i = 0; i < 10; i++) {
      const channel = await session.channel(connection);
      await channel.prefetch(10);
      const inbox = await consume(channel, queue);
      inboxes.push(inbox);
    }
    const publisher = await session.channel();
    for (let i = 0; i < 100; i++) send(publisher, '', queue, `${i}`);
    await waitFor('all', () => inboxes.every((inbox) => inbox.messages.length === 10));
  });

  it('starves no queue of one channel', async () => {
    const channel = await session.channel();
    const inboxes: Inbox[] = [];
    const queues: string[] = [];
    for (let i = 0; i < 10; i++) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      queues.push(queue);
      inboxes.push(await consume(channel, queue, { noAck: true }));
    }
    const publisher = await session.channel();
    for (const queue of queues) {
      for (let i = 0; i < 100; i++) send(publisher, '', queue, `${i}`);
    }
    await waitFor('all', () => inboxes.every((inbox) => inbox.messages.length === 100));
    for (const queue of queues) expect(await drainTexts(channel, queue)).toEqual([]);
  });
});
