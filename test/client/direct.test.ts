import { describe, expect, it } from 'vitest';
import type { Channel, ChannelModel, ConsumeMessage } from '../../src/client/index.ts';
import { isOracle } from '../support/broker.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';
import { waitFor } from '../support/wait-for.ts';
import { needsDirectMode, useClientSession } from './client-session.ts';

const session = useClientSession();
/** Milliseconds for what moves many megabytes through four sockets of one busy process. */
const SLOW_MS = 30_000;

/** A direct content has more octets than this, whatever is in it. */
const MESSAGE_OCTETS = 12;

/** Collects what a consumer gets. */
function inbox(): { texts: string[]; accept: (message: ConsumeMessage | null) => void } {
  const texts: string[] = [];
  return {
    texts,
    accept: (message) => {
      texts.push(message === null ? 'cancelled' : message.content.toString());
    },
  };
}

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => String(from + i));
}

function publishAll(channel: Channel, exchange: string, key: string, texts: string[]): void {
  for (const text of texts) channel.publish(exchange, key, Buffer.from(text));
}

/** An exchange with an exclusive queue and a consumer. */
async function subscribe(connection: ChannelModel, exchange: string) {
  const channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'fanout', { durable: false });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, '');
  const { texts, accept } = inbox();
  const { consumerTag } = await channel.consume(queue, accept, { noAck: true });
  return { channel, queue, texts, consumerTag };
}

describe.skipIf(isOracle)(`Direct Mode${needsDirectMode}`, () => {
  it('is off unless the broker proposes it or the application asks for it', async () => {
    const modes = await Promise.all(
      [{}, { direct: true }, { direct: false }].map(async (options) => {
        const connection = await session.connect(options);
        return connection.stats().direct;
      }),
    );
    expect(modes).toEqual([false, true, false]);
  });

  it('carries messages from sink to feed', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, texts } = await subscribe(connection, 'e');
    publishAll(channel, 'e', 'k', numbers(0, 5000));
    await waitFor('all messages', () => texts.length === 5000);
    expect(texts).toEqual(numbers(0, 5000));
    expect(connection.stats()).toMatchObject({
      published: { direct: 5000, ordinary: 0 },
      delivered: { direct: 5000, ordinary: 0 },
      sinks: [{ exchange: 'e', mode: 'direct', reason: null }],
      feeds: [{ mode: 'direct', reason: null }],
    });
  });

  it('interoperates with connections that are not in Direct Mode', async () => {
    const direct = await session.connect({ direct: true });
    const ordinary = await session.connect();
    const feed = await subscribe(direct, 'e');
    const consumer = await subscribe(ordinary, 'e');
    publishAll(feed.channel, 'e', 'k', ['from direct']);
    await waitFor('both', () => feed.texts.length === 1 && consumer.texts.length === 1);
    publishAll(consumer.channel, 'e', 'k', ['from ordinary']);
    await waitFor('both', () => feed.texts.length === 2 && consumer.texts.length === 2);
    expect(feed.texts).toEqual(['from direct', 'from ordinary']);
    expect(consumer.texts).toEqual(['from direct', 'from ordinary']);
  });

  it('keeps properties and headers', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    let received: ConsumeMessage | null = null;
    await channel.consume(
      queue,
      (message) => {
        received = message;
      },
      { noAck: true },
    );
    const headers = { text: 'x', number: 7, nested: { list: [1, null, true] } };
    channel.sendToQueue(queue, Buffer.from('x'), {
      headers,
      contentType: 'text/plain',
      correlationId: 'c',
      persistent: true,
      timestamp: 1_700_000_000,
    });
    await waitFor('the message', () => received !== null);
    expect(received).toMatchObject({
      fields: { exchange: '', routingKey: queue, redelivered: false },
      properties: {
        headers,
        contentType: 'text/plain',
        correlationId: 'c',
        deliveryMode: 2,
        timestamp: 1_700_000_000,
        replyTo: undefined,
      },
    });
  });

  it('returns what cannot be routed on the channel that published it', async () => {
    const connection = await session.connect({ direct: true });
    const [quiet, channel] = [await connection.createChannel(), await connection.createChannel()];
    const returned: string[] = [];
    quiet.on('return', () => returned.push('wrong channel'));
    channel.on('return', (message) => {
      returned.push(`${message.fields.replyCode} ${message.content.toString()}`);
    });
    channel.publish('', 'nowhere', Buffer.from('back'), { mandatory: true });
    channel.publish('', 'nowhere', Buffer.from('gone'));
    await waitFor('the return', () => returned.length > 0);
    expect(returned).toEqual(['312 back']);
    expect(connection.stats().published).toEqual({ direct: 2, ordinary: 0 });
  });

  it('leaves manual acknowledgement, shared queues and confirms to the AMQP connection', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const own = await channel.assertQueue('', { exclusive: true });
    const shared = await channel.assertQueue('shared', { durable: false });
    const { texts, accept } = inbox();
    await channel.consume(own.queue, (message) => {
      accept(message);
      if (message !== null) channel.ack(message);
    });
    await channel.consume(shared.queue, accept, { noAck: true });
    const confirming = await connection.createConfirmChannel();
    confirming.sendToQueue(own.queue, Buffer.from('a'));
    confirming.sendToQueue(shared.queue, Buffer.from('b'));
    await confirming.waitForConfirms();
    await waitFor('both', () => texts.length === 2);
    expect(connection.stats()).toMatchObject({
      published: { direct: 0, ordinary: 2 },
      delivered: { direct: 0, ordinary: 2 },
      feeds: [],
    });
  });

  it('falls back beyond directMax', async () => {
    const connection = await session.connect({ direct: true, directMax: 2 });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    for (const exchange of ['e1', 'e2', 'e3']) {
      await channel.assertExchange(exchange, 'fanout', { durable: false });
      await channel.bindQueue(queue, exchange, '');
      channel.publish(exchange, '', Buffer.from(exchange));
    }
    await waitFor('messages', async () => {
      const other = await session.connect();
      const probe = await other.createChannel();
      return (await probe.checkQueue(queue)).messageCount === 3;
    });
    expect(connection.stats().sinks.map(({ mode, reason }) => [mode, reason])).toEqual([
      ['direct', null],
      ['direct', null],
      ['ordinary', 'directMax'],
    ]);
  });

  it('publishes to an unknown exchange as AMQP does: the channel is closed with 404', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const failed = new Promise<Error>((resolve) => channel.on('error', resolve));
    channel.publish('no such exchange', 'k', Buffer.from('x'));
    expect(await failed).toMatchObject({ code: 404, classId: 60, methodId: 40 });
  });
});

describe.skipIf(isOracle)(`the order of a channel${needsDirectMode}`, () => {
  it('holds when a message needs the AMQP connection', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, texts } = await subscribe(connection, 'e');
    publishAll(channel, 'e', 'k', numbers(0, 1000));
    await waitFor('the sink', () => connection.stats().sinks[0]?.mode === 'direct');
    publishAll(channel, 'e', 'k', numbers(1000, 2000));
    channel.publish('e', 'k', Buffer.from('2000'), { CC: 'other' });
    publishAll(channel, 'e', 'k', numbers(2001, 3000));
    await waitFor('all messages', () => texts.length === 3000);
    expect(texts).toEqual(numbers(0, 3000));
    expect(connection.stats().sinks[0]).toMatchObject({ mode: 'ordinary' });
  });

  it('holds when the sink is refused', async () => {
    session.proxy.refused.add('direct');
    const connection = await session.connectThroughProxy({ direct: true });
    const { channel, texts } = await subscribe(connection, 'e');
    publishAll(channel, 'e', 'k', numbers(0, 1000));
    await waitFor('the refusal', () => connection.stats().sinks[0]?.mode === 'ordinary');
    publishAll(channel, 'e', 'k', numbers(1000, 2000));
    await waitFor('all messages', () => texts.length === 2000);
    expect(texts).toEqual(numbers(0, 2000));
    expect(connection.stats().published).toEqual({ direct: 0, ordinary: 2000 });
  });

  it('holds between messages and requests whose answer depends on them', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    const counts: number[] = [];
    for (let round = 1; round <= 5; round++) {
      publishAll(channel, '', queue, numbers(0, 100));
      const { messageCount } = await channel.checkQueue(queue);
      counts.push(messageCount);
    }
    expect(counts).toEqual([100, 200, 300, 400, 500]);
    const message = await channel.get(queue, { noAck: true });
    expect(message !== false && message.content.toString()).toBe('0');
  });

  it('holds between a binding that is not awaited and messages', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    await channel.assertExchange('e', 'fanout', { durable: false });
    publishAll(channel, 'e', '', ['nobody is there']);
    await waitFor('the sink', () => connection.stats().sinks[0]?.mode === 'direct');
    const { queue } = await channel.assertQueue('q', { durable: false });
    void channel.bindQueue(queue, 'e', '');
    publishAll(channel, 'e', '', numbers(0, 100));
    expect((await channel.checkQueue(queue)).messageCount).toBe(100);
  });

  it('holds when the channel is closed at once: nothing is lost', async () => {
    const connection = await session.connect({ direct: true });
    const reader = await connection.createChannel();
    const { queue } = await reader.assertQueue('q', { durable: false });
    const channel = await connection.createChannel();
    publishAll(channel, '', queue, ['first']);
    await waitFor('the sink', () => connection.stats().sinks[0]?.mode === 'direct');
    publishAll(channel, '', queue, numbers(0, 20_000));
    await channel.close();
    expect((await reader.checkQueue(queue)).messageCount).toBe(20_001);
  });

  it('holds when the connection is closed at once: nothing is lost', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    publishAll(channel, '', queue, numbers(0, 20_000));
    await connection.close();
    const probe = await (await session.connect()).createChannel();
    expect((await probe.checkQueue(queue)).messageCount).toBe(20_000);
  });
});

describe.skipIf(isOracle)(`any mixture of messages and requests${needsDirectMode}`, () => {
  it(`leaves the messages in order, none lost, none twice (seed ${SEED})`, async () => {
    const random = seededRandom();
    const endMs = performance.now() + Number(process.env.FUZZ_MS ?? 300);
    do {
      const connection = await session.connect({ direct: true });
      const { channel, texts, queue } = await subscribe(connection, 'e');
      let count = 0;
      for (let step = 0; step < 60; step++) {
        switch (Math.floor(random() * 12)) {
          case 0:
            channel.publish('e', '', Buffer.from(String(count++)), { CC: 'needs AMQP' });
            break;
          case 1:
            void channel.checkQueue(queue);
            break;
          case 2:
            await channel.unbindQueue(queue, 'e', 'nothing');
            break;
          case 3:
            void channel.bindQueue(queue, 'e', '');
            break;
          case 4:
            await new Promise((resolve) => setImmediate(resolve));
            break;
          default:
            publishAll(channel, 'e', '', numbers(count, count + 20));
            count += 20;
        }
      }
      await channel.checkQueue(queue);
      await waitFor('all messages', () => texts.length >= count);
      expect(texts).toEqual(numbers(0, count));
      await connection.close();
    } while (performance.now() < endMs);
  });
});

describe.skipIf(isOracle)(`a broken sink${needsDirectMode}`, () => {
  it('is leased again, and messages that were not written are sent', async () => {
    const connection = await session.connectThroughProxy({ direct: true });
    const { channel, texts } = await subscribe(connection, 'e');
    publishAll(channel, 'e', 'k', ['before']);
    await waitFor('the first', () => texts.includes('before'));
    session.proxy.cut('direct');
    await waitFor('the loss', () => connection.stats().sinks[0]?.reason !== null);
    publishAll(channel, 'e', 'k', ['after']);
    await waitFor('the last', () => texts.includes('after'));
    await waitFor('the new sink', () => connection.stats().sinks[0]?.mode === 'direct');
  });

  it(
    'loses and repeats no more than what was in the network',
    async () => {
      const connection = await session.connectThroughProxy({ direct: true });
      const { channel } = await subscribe(connection, 'e');
      const { queue } = await channel.assertQueue('q', { durable: false });
      await channel.bindQueue(queue, 'e', '');
      publishAll(channel, 'e', '', ['opening']);
      await waitFor('the sink', () => connection.stats().sinks[0]?.mode === 'direct');
      const received: number[] = [];
      const reader = await (await session.connect()).createChannel();
      await reader.consume(queue, (message) => received.push(message?.content.readInt32BE() ?? 0), {
        noAck: true,
      });
      session.proxy.stall('direct');
      // More than the network takes: a part of it is in the library when the connection breaks.
      const count = 150;
      for (let i = 0; i < count; i++) {
        const body = Buffer.alloc(100_000);
        body.writeInt32BE(i);
        channel.publish('e', '', body);
      }
      await new Promise((resolve) => setImmediate(resolve));
      session.proxy.cut('direct');
      await waitFor('the last message', () => received.includes(count - 1), SLOW_MS);
      // What the network had taken may be missing; from there on all came, in order.
      const jumps = received.filter((n, i) => i > 1 && n !== received[i - 1] + 1);
      expect(jumps.length).toBeLessThanOrEqual(1);
      expect(received.length).toBeGreaterThan(count / 4);
    },
    2 * SLOW_MS,
  );

  it('gives way to ordinary publishing when it breaks again and again', async () => {
    const connection = await session.connectThroughProxy({ direct: true });
    const channel = await connection.createChannel();
    await channel.assertExchange('e', 'fanout', { durable: false });
    await waitFor('the end of Direct Mode', () => {
      channel.publish('e', 'k', Buffer.from('x'));
      const mode = connection.stats().sinks[0]?.mode;
      if (mode === 'direct') session.proxy.cut('direct');
      return mode === 'ordinary';
    });
    expect(session.proxy.seen.direct).toBe(3);
  });
});

describe.skipIf(isOracle)(`a feed${needsDirectMode}`, () => {
  it('brings what was queued before the consumer came first', async () => {
    const connection = await session.connect({ direct: true });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const publisher = await (await session.connect()).createConfirmChannel();
    publishAll(publisher, '', queue, numbers(0, 1000));
    await publisher.waitForConfirms();
    const { texts, accept } = inbox();
    const consuming = channel.consume(queue, accept, { noAck: true });
    publishAll(publisher, '', queue, numbers(1000, 2000));
    await consuming;
    publishAll(publisher, '', queue, numbers(2000, 3000));
    await waitFor('all messages', () => texts.length === 3000);
    expect(texts).toEqual(numbers(0, 3000));
    expect(connection.stats().delivered).toEqual({ direct: 3000, ordinary: 0 });
  });

  it('keeps what it brings before the answer to Basic.Consume comes, however much', async () => {
    const connection = await session.connectThroughProxy({ direct: true, arrivalHighWater: 10 });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const publisher = await (await session.connect()).createConfirmChannel();
    publishAll(publisher, '', queue, numbers(0, 1000));
    await publisher.waitForConfirms();
    session.proxy.silentOnceDirect = true;
    const { texts, accept } = inbox();
    const consuming = channel.consume(queue, accept, { noAck: true });
    await waitFor('all at the client', () => session.proxy.sent.direct > 1000 * MESSAGE_OCTETS);
    session.proxy.answer();
    await consuming;
    await waitFor('the last message', () => texts.includes('999'));
    expect(texts).toEqual(numbers(0, 1000));
    expect(connection.stats().arrivals).toMatchObject({ discarded: 0, overflows: 0 });
  });

  it('gives way to ordinary deliveries when it breaks', async () => {
    const connection = await session.connectThroughProxy({ direct: true });
    const { channel, texts, queue } = await subscribe(connection, 'e');
    const publisher = await (await session.connect()).createChannel();
    publishAll(publisher, '', queue, ['direct']);
    await waitFor('the first', () => texts.length === 1);
    session.proxy.cut('direct');
    await waitFor('the loss', () => connection.stats().feeds[0]?.mode === 'ordinary');
    await waitFor('ordinary deliveries', async () => {
      publishAll(publisher, '', queue, ['ordinary']);
      await channel.checkQueue(queue);
      return texts.includes('ordinary');
    });
    expect(connection.stats().delivered.ordinary).toBeGreaterThan(0);
  });

  it('is leased again when it breaks, and messages go on in order', async () => {
    const connection = await session.connectThroughProxy({ direct: true });
    const { texts, queue } = await subscribe(connection, 'e');
    const publisher = await (await session.connect()).createChannel();
    let published = 0;
    for (let round = 1; round <= 3; round++) {
      const { direct: before } = connection.stats().delivered;
      session.proxy.cut('direct');
      await waitFor('the feed to come back', () => {
        publishAll(publisher, '', queue, numbers(published, published + 50));
        published += 50;
        return connection.stats().feeds[0]?.mode === 'direct' && session.proxy.seen.direct > round;
      });
      await waitFor('direct deliveries', () => {
        publishAll(publisher, '', queue, numbers(published, published + 50));
        published += 50;
        return connection.stats().delivered.direct > before;
      });
    }
    await waitFor('the last message', () => texts.at(-1) === String(published - 1));
    // What was under way when a connection broke is lost; nothing comes twice, or too early.
    const received = texts.map(Number);
    expect(received).toEqual([...new Set(received)].sort((a, b) => a - b));
    expect(connection.stats().delivered.ordinary).toBeGreaterThan(0);
  });

  it('is tried again while it is refused, with messages going on the ordinary way', async () => {
    const connection = await session.connectThroughProxy({ direct: true });
    const { channel, texts, queue, consumerTag } = await subscribe(connection, 'e');
    const publisher = await (await session.connect()).createChannel();
    session.proxy.refused.add('direct');
    session.proxy.cut('direct');
    await waitFor('several attempts', () => session.proxy.seen.direct >= 3);
    publishAll(publisher, '', queue, ['ordinary']);
    await waitFor('the message', () => texts.includes('ordinary'));
    expect(connection.stats().feeds).toMatchObject([{ mode: 'ordinary' }]);
    await channel.cancel(consumerTag);
    expect(connection.stats().feeds).toEqual([]);
  });

  it('is not used when it is refused', async () => {
    session.proxy.refused.add('direct');
    const connection = await session.connectThroughProxy({ direct: true });
    const { channel, texts, queue } = await subscribe(connection, 'e');
    channel.sendToQueue(queue, Buffer.from('x'));
    await waitFor('the message', () => texts.length === 1);
    expect(connection.stats().feeds[0]).toMatchObject({ mode: 'ordinary' });
  });

  it('ends with its consumer, and messages stay in the queue from then on', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, texts, queue, consumerTag } = await subscribe(connection, 'e');
    publishAll(channel, 'e', '', numbers(0, 1000));
    await waitFor('all messages', () => texts.length === 1000);
    expect(await channel.cancel(consumerTag)).toEqual({ consumerTag });
    publishAll(channel, 'e', '', numbers(0, 10));
    expect((await channel.checkQueue(queue)).messageCount).toBe(10);
    expect(texts.length).toBe(1000);
    expect(connection.stats().feeds).toEqual([]);
  });

  it('can be leased again by a consumer that comes later', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, queue, consumerTag } = await subscribe(connection, 'e');
    await channel.cancel(consumerTag);
    const { texts, accept } = inbox();
    await channel.consume(queue, accept, { noAck: true });
    publishAll(channel, 'e', '', numbers(0, 100));
    await waitFor('all messages', () => texts.length === 100);
    expect(connection.stats().feeds[0]).toMatchObject({ mode: 'direct' });
  });

  it('gives way when a second consumer shares the queue', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, texts, queue } = await subscribe(connection, 'e');
    const second = inbox();
    await channel.consume(queue, second.accept, { noAck: true });
    publishAll(channel, 'e', '', numbers(0, 100));
    await waitFor('all messages', () => texts.length + second.texts.length === 100);
    expect(texts.length).toBe(50);
  });

  it('tells its consumer when the queue is deleted', async () => {
    const connection = await session.connect({ direct: true });
    const { channel, texts, queue } = await subscribe(connection, 'e');
    await channel.deleteQueue(queue);
    await waitFor('the news', () => texts.includes('cancelled'));
  });
});
