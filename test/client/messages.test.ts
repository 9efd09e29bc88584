import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { useClientSession } from './client-session.ts';

const session = useClientSession();

/** A channel with a queue that holds the numbers from 0 to `count`. */
async function filledQueue(count: number) {
  const connection = await session.connect();
  const publisher = await connection.createConfirmChannel();
  const { queue } = await publisher.assertQueue('q', { durable: false });
  for (let i = 0; i < count; i++) publisher.sendToQueue(queue, Buffer.from(String(i)));
  await publisher.waitForConfirms();
  const channel = await connection.createChannel();
  const ready = async () => (await publisher.checkQueue(queue)).messageCount;
  return { connection, publisher, channel, queue, ready };
}

describe('for await over the messages of a queue', () => {
  it('gets them in order, and gives back those it was sent ahead', async () => {
    const { channel, queue, ready } = await filledQueue(10);
    const texts: string[] = [];
    for await (const message of channel.messages(queue)) {
      texts.push(message.content.toString());
      channel.ack(message);
      if (texts.length === 3) break;
    }
    expect(texts).toEqual(['0', '1', '2']);
    await waitFor('the others to be ready', async () => (await ready()) === 7);
  });

  it('is sent no more ahead than its prefetch, whatever that of the channel is', async () => {
    const { channel, queue, ready } = await filledQueue(10);
    await channel.prefetch(5);
    const messages = channel.messages(queue, { prefetch: 2 });
    await messages.next();
    expect(await ready()).toBe(8);
    const others: unknown[] = [];
    await channel.consume(queue, (message) => others.push(message));
    await waitFor('what the other consumer may have', () => others.length === 5);
    expect(await ready()).toBe(3);
  });

  it('ends when the queue is deleted', async () => {
    const { channel, publisher, queue } = await filledQueue(1);
    let count = 0;
    for await (const message of channel.messages(queue)) {
      count++;
      channel.ack(message);
      await publisher.deleteQueue(queue);
    }
    expect(count).toBe(1);
  });

  it('ends with the reason of its signal', async () => {
    const { channel, queue } = await filledQueue(0);
    const controller = new AbortController();
    const next = channel.messages(queue, { signal: controller.signal }).next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  it('fails when the queue does not exist', async () => {
    const { channel } = await filledQueue(0);
    channel.on('error', () => {});
    await expect(channel.messages('nowhere').next()).rejects.toMatchObject({ code: 404 });
  });

  it('trims the oldest that wait beyond the high-water mark, and says so', async () => {
    const { publisher, queue } = await filledQueue(10);
    const connection = await session.connect({ arrivalHighWater: 3 });
    const channel = await connection.createChannel();
    const overflows: unknown[] = [];
    channel.on('arrival-overflow', (report) => overflows.push(report));
    const messages = channel.messages(queue, { noAck: true });
    const first = await messages.next();
    await waitFor('all to arrive', async () => {
      return (await publisher.checkQueue(queue)).messageCount === 0;
    });
    await waitFor('the trimming', () => connection.stats().arrivals.discarded === 6);
    const texts = [first];
    for (let i = 0; i < 3; i++) texts.push(await messages.next());
    expect(texts.map(({ value }) => value.content.toString())).toEqual(['0', '7', '8', '9']);
    expect(overflows).toEqual([{ queue, action: 'trim', waiting: 3 }]);
    expect(connection.stats().arrivals).toEqual({ waiting: 0, discarded: 6, overflows: 1 });
  });

  it.each([
    ['warn', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], 0],
    ['drop', ['0', '1', '2', '3'], 6],
  ] as const)('with the action %s keeps what it should', async (action, kept, discarded) => {
    const { queue } = await filledQueue(10);
    const connection = await session.connect({ arrivalHighWater: 3, arrivalOverflow: action });
    const channel = await connection.createChannel();
    const overflows: unknown[] = [];
    channel.on('arrival-overflow', (report) => overflows.push(report));
    const messages = channel.messages(queue, { noAck: true });
    const texts = [String((await messages.next()).value.content)];
    await waitFor('all to arrive', () => connection.stats().delivered.ordinary === 10);
    while (texts.length < kept.length) texts.push(String((await messages.next()).value.content));
    expect(texts).toEqual(kept);
    expect(overflows).toEqual([{ queue, action, waiting: 3 }]);
    expect(connection.stats().arrivals).toMatchObject({ discarded, overflows: 1 });
  });

  it('ends the connection when it overflows and was told to', async () => {
    const { queue } = await filledQueue(10);
    const options = { arrivalHighWater: 3, arrivalOverflow: 'kill' } as const;
    const connection = await session.connect(options);
    const closed = new Promise<Error>((resolve) => connection.once('close', resolve));
    const channel = await connection.createChannel();
    await channel.messages(queue, { noAck: true }).next();
    expect((await closed).message).toBe('Arrival queue of q overflows');
  });
});

describe('publishing with a promise', () => {
  it('resolves when the broker has confirmed', async () => {
    const { publisher, queue, ready } = await filledQueue(0);
    await publisher.publishConfirmed('', queue, Buffer.from('x'));
    expect(await ready()).toBe(1);
  });

  it('keeps no more than maxInFlight messages unconfirmed, in order', async () => {
    const { connection, channel, queue } = await filledQueue(0);
    const confirming = await connection.createConfirmChannel({ maxInFlight: 2 });
    const sends = Array.from({ length: 10 }, (_, i) =>
      confirming.publishConfirmed('', queue, Buffer.from(String(i))),
    );
    expect(connection.stats().published.ordinary).toBe(2);
    await Promise.all(sends);
    const texts: string[] = [];
    for (let i = 0; i < 10; i++) {
      const message = await channel.get(queue, { noAck: true });
      if (message !== false) texts.push(message.content.toString());
    }
    expect(texts).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('rejects when the broker refuses', async () => {
    const { publisher } = await filledQueue(0);
    await publisher.assertQueue('full', {
      durable: false,
      maxLength: 1,
      overflow: 'reject-publish',
    });
    await publisher.publishConfirmed('', 'full', Buffer.from('x'));
    const second = publisher.publishConfirmed('', 'full', Buffer.from('x'));
    await expect(second).rejects.toThrow('message nacked');
  });

  it('can be aborted while it waits for room, and is not published then', async () => {
    const { connection, queue, ready } = await filledQueue(0);
    const confirming = await connection.createConfirmChannel({ maxInFlight: 1 });
    const controller = new AbortController();
    const first = confirming.publishConfirmed('', queue, Buffer.from('x'));
    const second = confirming.publishConfirmed('', queue, Buffer.from('x'), {
      signal: controller.signal,
    });
    controller.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
    await first;
    expect(await ready()).toBe(1);
  });
});
