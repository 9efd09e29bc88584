import type { Channel, GetMessage, Options } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { consume, depthReaches, drainTexts, hold, send, take } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('dead-lettering', () => {
  const session = useBroker();

  /** A queue whose dead letters go to another, through a fanout exchange. */
  async function declarePair(channel: Channel, options: Options.AssertQueue = {}) {
    const exchange = session.name('dlx');
    await channel.assertExchange(exchange, 'fanout');
    const dead = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(dead.queue, exchange, '');
    const { queue } = await channel.assertQueue(session.name('queue'), {
      deadLetterExchange: exchange,
      ...options,
    });
    return { queue, dead: dead.queue, exchange };
  }

  /** The one message in the queue, waited for. */
  async function arrival(channel: Channel, queue: string): Promise<GetMessage> {
    await depthReaches(channel, queue, 1);
    return take(channel, queue);
  }

  it('passes on what is rejected without requeue', async () => {
    const channel = await session.channel();
    const { queue, dead, exchange } = await declarePair(channel);
    for (const text of ['rejected', 'nacked', 'requeued']) send(channel, '', queue, text);
    channel.reject(await hold(channel, queue), false);
    expect((await arrival(channel, dead)).fields).toMatchObject({ exchange, routingKey: queue });
    channel.nack(await hold(channel, queue), false, false);
    expect((await arrival(channel, dead)).content.toString()).toBe('nacked');
    channel.reject(await hold(channel, queue), true);
    expect(await drainTexts(channel, queue)).toEqual(['requeued']);
    expect(await drainTexts(channel, dead)).toEqual([]);
  });

  it('adds the x-death header and the three x-first-death headers', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel);
    const before = Math.floor(Date.now() / 1000) - 1;
    send(channel, 'amq.direct', queue, 'unroutable');
    await channel.bindQueue(queue, 'amq.direct', 'the-key');
    send(channel, 'amq.direct', 'the-key', 'x', { headers: { mine: 'kept' } });
    channel.reject(await hold(channel, queue), false);
    const { headers } = (await arrival(channel, dead)).properties;
    const time = headers?.['x-death']?.[0]?.time;
    expect(headers).toEqual({
      mine: 'kept',
      'x-death': [
        {
          count: 1,
          reason: 'rejected',
          queue,
          time: { '!': 'timestamp', value: expect.any(Number) },
          exchange: 'amq.direct',
          'routing-keys': ['the-key'],
        },
      ],
      'x-first-death-reason': 'rejected',
      'x-first-death-queue': queue,
      'x-first-death-exchange': 'amq.direct',
    });
    expect(time?.value).toBeGreaterThanOrEqual(before);
    expect(time?.value).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 1);
  });

  it('keeps body and properties', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel);
    const options = { contentType: 'text/plain', messageId: 'id', priority: 2, timestamp: 7 };
    send(channel, '', queue, 'the body', options);
    channel.reject(await hold(channel, queue), false);
    expect(await arrival(channel, dead)).toMatchObject({
      content: Buffer.from('the body'),
      properties: options,
    });
  });

  it('passes on what expires in the queue', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel, { messageTtl: 10 });
    send(channel, '', queue, 'x');
    const { headers } = (await arrival(channel, dead)).properties;
    expect(headers).toMatchObject({
      'x-first-death-reason': 'expired',
      'x-death': [{ count: 1, reason: 'expired', queue }],
    });
    expect(headers?.['x-death']?.[0]).not.toHaveProperty('original-expiration');
  });

  it('replaces the expiration property by original-expiration in x-death', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel);
    send(channel, '', queue, 'x', { expiration: 10 });
    const { headers, expiration } = (await arrival(channel, dead)).properties;
    expect(expiration).toBeUndefined();
    expect(headers).toMatchObject({
      'x-death': [{ reason: 'expired', 'original-expiration': '10' }],
    });
  });

  it('passes on what x-max-length drops from the head', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel, { maxLength: 1 });
    for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    await depthReaches(channel, dead, 2);
    const first = await take(channel, dead);
    expect(first.content.toString()).toBe('1');
    expect(first.properties.headers).toMatchObject({ 'x-first-death-reason': 'maxlen' });
    expect(await drainTexts(channel, dead)).toEqual(['2']);
    expect(await drainTexts(channel, queue)).toEqual(['3']);
  });

  it('passes on nothing that is purged or deleted with its queue', async () => {
    const channel = await session.channel();
    const { queue, dead } = await declarePair(channel);
    send(channel, '', queue, 'purged');
    await channel.purgeQueue(queue);
    send(channel, '', queue, 'sentinel');
    channel.reject(await hold(channel, queue), false);
    await depthReaches(channel, dead, 1);
    expect(await drainTexts(channel, dead)).toEqual(['sentinel']);
    send(channel, '', queue, 'deleted');
    await channel.deleteQueue(queue);
    expect(await drainTexts(channel, dead)).toEqual([]);
  });

  it('uses x-dead-letter-routing-key instead of the original keys', async () => {
    const channel = await session.channel();
    const dead = await channel.assertQueue('', { exclusive: true });
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: dead.queue,
    });
    send(channel, '', queue, 'x', { CC: ['elsewhere'] });
    channel.reject(await hold(channel, queue), false);
    const message = await arrival(channel, dead.queue);
    expect(message.fields).toMatchObject({ exchange: '', routingKey: dead.queue });
    expect(message.properties.headers).toMatchObject({
      'x-death': [{ 'routing-keys': [queue, 'elsewhere'] }],
    });
  });

  it('drops what the dead-letter exchange does not route, or when there is none', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      deadLetterExchange: session.name('missing'),
    });
    send(channel, '', queue, 'x');
    channel.reject(await hold(channel, queue), false);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('counts the deaths for one reason in one queue', async () => {
    const channel = await session.channel();
    const { queue, exchange } = await declarePair(channel);
    await channel.bindQueue(queue, exchange, '');
    send(channel, '', queue, 'x');
    for (let count = 1; count <= 3; count++) {
      channel.reject(await hold(channel, queue), false);
      await depthReaches(channel, queue, 1);
    }
    const { headers } = (await take(channel, queue)).properties;
    expect(headers?.['x-death']).toHaveLength(1);
    expect(headers).toMatchObject({
      'x-death': [{ count: 3, reason: 'rejected', queue, exchange: '', 'routing-keys': [queue] }],
      'x-first-death-exchange': '',
    });
  });

  it('puts the latest death first and keeps the first one in the x-first-death headers', async () => {
    const channel = await session.channel();
    const last = await channel.assertQueue('', { exclusive: true });
    const second = await channel.assertQueue('', {
      exclusive: true,
      messageTtl: 1,
      deadLetterExchange: '',
      deadLetterRoutingKey: last.queue,
    });
    const first = await channel.assertQueue('', {
      exclusive: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: second.queue,
    });
    send(channel, '', first.queue, 'x');
    channel.reject(await hold(channel, first.queue), false);
    const { headers } = (await arrival(channel, last.queue)).properties;
    expect(headers).toMatchObject({
      'x-death': [
        { count: 1, reason: 'expired', queue: second.queue, 'routing-keys': [second.queue] },
        { count: 1, reason: 'rejected', queue: first.queue, 'routing-keys': [first.queue] },
      ],
      'x-first-death-reason': 'rejected',
      'x-first-death-queue': first.queue,
    });
  });

  it('breaks a cycle of queues in which a message would only expire for ever', async () => {
    const channel = await session.confirmChannel();
    const [one, two] = [session.name('one'), session.name('two')];
    const options = { messageTtl: 1, deadLetterExchange: '' };
    await channel.assertQueue(one, { ...options, deadLetterRoutingKey: two });
    await channel.assertQueue(two, { ...options, deadLetterRoutingKey: one });
    send(channel, '', one, 'x');
    await channel.waitForConfirms();
    await waitFor('the message to be gone for good', async () => {
      const inOne = (await channel.checkQueue(one)).messageCount;
      const inTwo = (await channel.checkQueue(two)).messageCount;
      return inOne + inTwo === 0;
    });
    const inbox = await consume(channel, one, { noAck: true });
    send(channel, '', one, 'sentinel');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['sentinel']);
  });

  it('goes on in a cycle that a consumer takes part in by rejecting', async () => {
    const channel = await session.channel();
    const waiting = session.name('waiting');
    const working = session.name('working');
    await channel.assertQueue(waiting, {
      messageTtl: 1,
      deadLetterExchange: '',
      deadLetterRoutingKey: working,
    });
    await channel.assertQueue(working, {
      deadLetterExchange: '',
      deadLetterRoutingKey: waiting,
    });
    const inbox = await consume(channel, working);
    send(channel, '', working, 'retried');
    for (let i = 0; i < 3; i++) channel.reject(await inbox.message(i), false);
    const { headers } = (await inbox.message(3)).properties;
    expect(headers).toMatchObject({
      'x-death': [
        { count: 3, reason: 'expired', queue: waiting },
        { count: 3, reason: 'rejected', queue: working },
      ],
    });
  });
});
