import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

const REPLY_TO = 'amq.rabbitmq.reply-to';

describe('direct reply-to', () => {
  const session = useBroker();

  it('carries requests to a server and its replies straight back', async () => {
    const server = await session.channel();
    const { queue } = await server.assertQueue('', { exclusive: true });
    await server.consume(
      queue,
      (message) => {
        if (message === null) return;
        const { replyTo, correlationId } = message.properties;
        send(server, '', replyTo, `re: ${message.content}`, { correlationId });
      },
      { noAck: true },
    );
    const requester = await session.channel();
    const replies = await consume(requester, REPLY_TO, { noAck: true });
    for (const correlationId of ['1', '2', '3']) {
      send(requester, '', queue, `request ${correlationId}`, { replyTo: REPLY_TO, correlationId });
    }
    const messages = await replies.received(3);
    expect(replies.texts()).toEqual(['re: request 1', 're: request 2', 're: request 3']);
    expect(messages.map((message) => message.properties.correlationId)).toEqual(['1', '2', '3']);
  });

  it('replaces reply-to by a name of its own, the same for one consumer', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await consume(channel, REPLY_TO, { noAck: true });
    const names: string[] = [];
    for (let i = 0; i < 2; i++) {
      send(channel, '', queue, 'x', { replyTo: REPLY_TO });
      const message = await channel.get(queue, { noAck: true });
      if (message !== false) names.push(message.properties.replyTo);
    }
    expect(names[0]).toMatch(/^amq\.rabbitmq\.reply-to\../);
    expect(names[1]).toBe(names[0]);
  });

  it('shows the reply as coming from the default exchange under that name', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const replies = await consume(channel, REPLY_TO, { noAck: true });
    send(channel, '', queue, 'x', { replyTo: REPLY_TO });
    const request = await channel.get(queue, { noAck: true });
    if (request === false) throw new Error('no request');
    send(channel, '', request.properties.replyTo, 'reply', { headers: { a: 1 } });
    expect(await replies.message(0)).toMatchObject({
      content: Buffer.from('reply'),
      fields: { exchange: '', routingKey: request.properties.replyTo, redelivered: false },
      properties: { headers: { a: 1 } },
    });
  });

  it('refuses with 406 to be consumed with acknowledgements', async () => {
    const channel = await session.channel();
    await expect(consume(channel, REPLY_TO, { noAck: false })).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining('reply consumer cannot acknowledge'),
    });
  });

  it('refuses with 406 a second reply consumer on the channel', async () => {
    const channel = await session.channel();
    await consume(channel, REPLY_TO, { noAck: true });
    await expect(consume(channel, REPLY_TO, { noAck: true })).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining('reply consumer already set'),
    });
  });

  it('refuses with 406 a request without a reply consumer', async () => {
    const channel = await session.channel();
    send(channel, '', session.name('anywhere'), 'x', { replyTo: REPLY_TO });
    expect(await session.failureOf(channel)).toMatchObject({
      code: 406,
      message: expect.stringContaining('fast reply consumer does not exist'),
    });
  });

  it('lets a server ask whether the requester is still there', async () => {
    const connection = await session.connect();
    const requester = await session.channel(connection);
    const server = await session.channel();
    const { queue } = await server.assertQueue('', { exclusive: true });
    await consume(requester, REPLY_TO, { noAck: true });
    const inbox = await consume(server, queue, { noAck: true });
    send(requester, '', queue, 'x', { replyTo: REPLY_TO });
    const { replyTo } = (await inbox.message(0)).properties;
    expect(await server.checkQueue(replyTo)).toMatchObject({ queue: replyTo });
    await requester.close();
    const late = await session.channel();
    await expect(late.checkQueue(replyTo)).rejects.toMatchObject({ code: 404 });
  });

  it('drops replies for a requester that has gone, and returns mandatory ones', async () => {
    const connection = await session.connect();
    const requester = await session.channel(connection);
    const server = await session.confirmChannel();
    const { queue } = await server.assertQueue('', { exclusive: true });
    await consume(requester, REPLY_TO, { noAck: true });
    const inbox = await consume(server, queue, { noAck: true });
    send(requester, '', queue, 'x', { replyTo: REPLY_TO });
    const { replyTo } = (await inbox.message(0)).properties;
    await requester.close();
    const returned: string[] = [];
    server.on('return', (message) => returned.push(message.content.toString()));
    send(server, '', replyTo, 'dropped');
    send(server, '', replyTo, 'returned', { mandatory: true });
    await server.waitForConfirms();
    expect(returned).toEqual(['returned']);
  });

  it('ends with basic.cancel, after which a new consumer may start', async () => {
    const channel = await session.channel();
    const { consumerTag } = await consume(channel, REPLY_TO, { noAck: true });
    await channel.cancel(consumerTag);
    await consume(channel, REPLY_TO, { noAck: true });
  });

  it('tells a passive declaration of the pseudo-queue that it exists', async () => {
    const channel = await session.channel();
    expect(await channel.checkQueue(REPLY_TO)).toMatchObject({ queue: REPLY_TO });
  });
});
