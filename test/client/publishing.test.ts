import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { useClientSession } from './client-session.ts';

const session = useClientSession();

describe.each([
  ['over the AMQP connection', false],
  ['in Direct Mode', true],
])('publishing %s', (_name, direct) => {
  it('returns false at the high-water mark, and emits drain', async () => {
    const connection = await session.connect({ direct });
    const channel = await connection.createChannel({ highWaterMark: 3 });
    const { queue } = await channel.assertQueue('q', { durable: false });
    const drained = new Promise((resolve) => channel.once('drain', resolve));
    const answers = [1, 2, 3, 4].map(() => channel.sendToQueue(queue, Buffer.from('x')));
    expect(answers).toEqual([true, true, false, false]);
    await drained;
    expect(channel.sendToQueue(queue, Buffer.from('x'))).toBe(true);
    await waitFor('all', async () => (await channel.checkQueue(queue)).messageCount === 5);
  });

  it('bounds its memory when the application ignores that', async () => {
    const connection = await session.connect({ direct, maxUnwrittenOctets: 1_000_000 });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false, maxLength: 1 });
    const body = Buffer.alloc(100_000);
    expect(() => {
      for (let i = 0; i < 1000; i++) channel.sendToQueue(queue, body);
    }).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    await waitFor('room', () => {
      try {
        return channel.sendToQueue(queue, Buffer.from('x'));
      } catch {
        return false;
      }
    });
  });

  it('sends bodies of any size, unchanged by what happens to them afterwards', async () => {
    const connection = await session.connect({ direct });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const sizes = [0, 1, 63, 64, 65, 32_767, 32_768, 131_064, 131_065, 300_000, 3_000_000];
    const received: Buffer[] = [];
    await channel.consume(
      queue,
      (message) => {
        if (message !== null) received.push(message.content);
      },
      { noAck: true },
    );
    for (const [index, size] of sizes.entries()) {
      const body = Buffer.alloc(size, index + 1);
      channel.sendToQueue(queue, body);
      body.fill(0);
    }
    await waitFor('all bodies', () => received.length === sizes.length);
    for (const [index, size] of sizes.entries()) {
      expect(received[index]?.equals(Buffer.alloc(size, index + 1))).toBe(true);
    }
  });

  it('works without batching', async () => {
    const connection = await session.connect({ direct, batching: 0 });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    for (let i = 0; i < 100; i++) channel.sendToQueue(queue, Buffer.from(String(i)));
    await waitFor('all', async () => (await channel.checkQueue(queue)).messageCount === 100);
  });
});

describe('a message', () => {
  it('holds none of the octets that surrounded it', async () => {
    const connection = await session.connect();
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    for (let i = 0; i < 1000; i++) channel.sendToQueue(queue, Buffer.alloc(10_000, i));
    const message = await channel.get(queue, { noAck: true });
    if (message === false) throw new Error('no message');
    expect(message.content.buffer.byteLength).toBeLessThan(20_000);
  });

  it('belongs to the application, with its fields and properties', async () => {
    const connection = await session.connect();
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    channel.sendToQueue(queue, Buffer.from('a'));
    channel.sendToQueue(queue, Buffer.from('b'));
    const first = await channel.get(queue, { noAck: true });
    const second = await channel.get(queue, { noAck: true });
    if (first === false || second === false) throw new Error('no message');
    Object.assign(first.properties.headers ?? {}, { mine: true });
    expect(second.properties.headers).toEqual({});
    expect({ ...second, content: second.content.toString() }).toMatchObject({
      content: 'b',
      fields: {
        deliveryTag: 2,
        redelivered: false,
        exchange: '',
        routingKey: 'q',
        messageCount: 0,
      },
    });
  });
});

describe('a refused argument', () => {
  it.each([false, true])('leaves no trace in later messages (direct: %s)', async (direct) => {
    const connection = await session.connect({ direct });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    channel.sendToQueue(queue, Buffer.from('x'), { type: 'first' });
    const wrong: unknown = 17;
    expect(() => channel.sendToQueue(wrong as string, Buffer.from('x'), { type: 'b' })).toThrow(
      "Field 'routingKey' is the wrong type",
    );
    channel.sendToQueue(queue, Buffer.from('x'), { type: 'b' });
    await channel.get(queue, { noAck: true });
    const second = await channel.get(queue, { noAck: true });
    expect(second !== false && second.properties.type).toBe('b');
  });
});
