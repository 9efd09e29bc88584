import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `${from + i}`);
}

describe('ordering', () => {
  const session = useBroker();

  it('is kept from one channel through one queue to one consumer', async () => {
    const publisher = await session.channel();
    const consumer = await session.channel();
    const { queue } = await consumer.assertQueue('', { exclusive: true });
    const inbox = await consume(consumer, queue, { noAck: true });
    const count = 20_000;
    for (let i = 0; i < count; i++) send(publisher, '', queue, `${i}`);
    await inbox.received(count);
    expect(inbox.texts()).toEqual(numbers(0, count));
  });

  it('is kept for each of several publishers', async () => {
    const consumer = await session.channel();
    const { queue } = await consumer.assertQueue('', { exclusive: true });
    const inbox = await consume(consumer, queue, { noAck: true });
    const publishers = [await session.channel(), await session.channel()];
    for (let i = 0; i < 1000; i++) {
      publishers.forEach((publisher, who) => {
        send(publisher, '', queue, `${i}`, { appId: `${who}` });
      });
    }
    const messages = await inbox.received(2000);
    for (const who of ['0', '1']) {
      const own = messages.filter((message) => message.properties.appId === who);
      expect(own.map((message) => message.content.toString())).toEqual(numbers(0, 1000));
    }
  });

  it('is kept whatever mix of small and large bodies there is', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const sizes = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 200_000 : i));
    for (const size of sizes) channel.sendToQueue(queue, Buffer.alloc(size));
    const inbox = await consume(channel, queue, { noAck: true });
    const messages = await inbox.received(sizes.length);
    expect(messages.map((message) => message.content.length)).toEqual(sizes);
  });

  it('is kept in a deep queue', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const count = 50_000;
    for (let i = 0; i < count; i++) send(channel, '', queue, `${i}`);
    const inbox = await consume(channel, queue, { noAck: true });
    await waitFor('all messages', () => inbox.messages.length === count, 15_000);
    expect(inbox.texts()).toEqual(numbers(0, count));
  });
});
