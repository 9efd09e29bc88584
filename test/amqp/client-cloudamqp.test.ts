import { AMQPClient } from '@cloudamqp/amqp-client';
import { afterEach, describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('@cloudamqp/amqp-client', () => {
  const session = useBroker();
  let client: AMQPClient | undefined;
  afterEach(async () => {
    if (client !== undefined && !client.closed) await client.close();
    client = undefined;
  });

  async function open() {
    client = new AMQPClient(session.url);
    await client.connect();
    return client.channel();
  }

  it('publishes with confirms and consumes with acknowledgements', async () => {
    const channel = await open();
    await channel.confirmSelect();
    await channel.basicQos(5);
    const { name } = await channel.queueDeclare('', { exclusive: true });
    const received: (string | null)[] = [];
    const consumer = await channel.basicConsume(name, { noAck: false }, async (message) => {
      received.push(message.bodyString());
      await message.ack();
    });
    for (let i = 1; i <= 20; i++) {
      expect(await channel.basicPublish('', name, `${i}`, { deliveryMode: 2 })).toBe(i);
    }
    await waitFor('all messages', () => received.length === 20);
    await consumer.cancel();
  });

  it('uses exchanges, bindings, get and purge', async () => {
    const channel = await open();
    const exchange = session.name('exchange');
    await channel.exchangeDeclare(exchange, 'topic', { durable: false, autoDelete: true });
    const { name } = await channel.queueDeclare('', { exclusive: true });
    await channel.queueBind(name, exchange, 'a.#');
    await channel.basicPublish(exchange, 'a.b', 'x', { headers: { list: [1, 2, 3] } });
    const message = await channel.basicGet(name, { noAck: true });
    expect(message?.bodyString()).toBe('x');
    expect(message?.properties.headers).toEqual({ list: [1, 2, 3] });
    await channel.basicPublish(exchange, 'a', 'y');
    expect(await channel.queuePurge(name)).toMatchObject({ messageCount: 1 });
    await channel.queueUnbind(name, exchange, 'a.#');
  });

  it('calls a remote procedure by direct reply-to', async () => {
    const channel = await open();
    const { name } = await channel.queueDeclare('', { exclusive: true });
    await channel.basicConsume(name, { noAck: true }, async (message) => {
      const { replyTo = '', correlationId = '' } = message.properties;
      await channel.basicPublish('', replyTo, `re: ${message.bodyString()}`, { correlationId });
    });
    const replies: (string | null)[] = [];
    await channel.basicConsume('amq.rabbitmq.reply-to', { noAck: true }, (message) => {
      replies.push(message.bodyString());
    });
    await channel.basicPublish('', name, 'question', {
      replyTo: 'amq.rabbitmq.reply-to',
      correlationId: '1',
    });
    await waitFor('the reply', () => replies.length === 1);
    expect(replies).toEqual(['re: question']);
  });

  it('commits transactions', async () => {
    const channel = await open();
    const { name } = await channel.queueDeclare('', { exclusive: true });
    await channel.txSelect();
    await channel.basicPublish('', name, 'undone');
    await channel.txRollback();
    await channel.basicPublish('', name, 'done');
    await channel.txCommit();
    expect((await channel.basicGet(name, { noAck: true }))?.bodyString()).toBe('done');
  });
});
