import { AMQPClient } from '@cloudamqp/amqp-client';
import { Connection, ConsumerStatus } from 'rabbitmq-client';
import { afterEach, describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('amqplib', () => {
  const session = useBroker();

  it('publishes with confirms and consumes with acknowledgements', async () => {
    const publisher = await session.confirmChannel();
    const consumer = await session.channel();
    await consumer.prefetch(10);
    const { queue } = await consumer.assertQueue('', { exclusive: true });
    const received: string[] = [];
    await consumer.consume(queue, (message) => {
      if (message === null) return;
      received.push(message.content.toString());
      consumer.ack(message);
    });
    for (let i = 0; i < 100; i++) send(publisher, '', queue, `${i}`);
    await publisher.waitForConfirms();
    await waitFor('all messages', () => received.length === 100);
  });

  it('calls a remote procedure', async () => {
    const server = await session.channel();
    const { queue } = await server.assertQueue('', { exclusive: true });
    await server.consume(queue, (message) => {
      if (message === null) return;
      const { replyTo, correlationId } = message.properties;
      send(server, '', replyTo, message.content.toString().toUpperCase(), { correlationId });
      server.ack(message);
    });
    const client = await session.channel();
    const replies = await client.assertQueue('', { exclusive: true });
    const inbox = await consume(client, replies.queue, { noAck: true });
    send(client, '', queue, 'question', { replyTo: replies.queue, correlationId: '7' });
    expect(await inbox.message(0)).toMatchObject({
      content: Buffer.from('QUESTION'),
      properties: { correlationId: '7' },
    });
  });
});

describe('rabbitmq-client', () => {
  const session = useBroker();
  let connection: Connection | undefined;
  afterEach(() => connection?.unsafeDestroy());

  function connect(): Connection {
    connection = new Connection(session.url);
    return connection;
  }

  it('publishes with confirms and consumes with acknowledgements', async () => {
    const rabbit = connect();
    const queue = session.name('queue');
    const exchange = session.name('exchange');
    const received: unknown[] = [];
    const consumer = rabbit.createConsumer(
      {
        queue,
        queueOptions: { autoDelete: true },
        qos: { prefetchCount: 2 },
        exchanges: [{ exchange, type: 'topic', autoDelete: true }],
        queueBindings: [{ exchange, routingKey: 'users.*' }],
      },
      (message) => {
        received.push(message.body);
        return message.redelivered ? ConsumerStatus.ACK : ConsumerStatus.REQUEUE;
      },
    );
    await new Promise<void>((resolve) => consumer.on('ready', resolve));
    const publisher = rabbit.createPublisher({ confirm: true, maxAttempts: 2 });
    await publisher.send({ exchange, routingKey: 'users.created' }, { id: 1 });
    await publisher.send({ exchange, routingKey: 'users.deleted' }, 'text');
    await waitFor('both twice', () => received.length === 4);
    expect(received).toEqual(expect.arrayContaining([{ id: 1 }, 'text']));
    await publisher.close();
    await consumer.close();
    await rabbit.close();
  });

  it('calls a remote procedure', async () => {
    const rabbit = connect();
    const queue = session.name('queue');
    const server = rabbit.createConsumer(
      { queue, queueOptions: { autoDelete: true } },
      async (message, reply) => {
        await reply(`re: ${message.body}`);
      },
    );
    await new Promise<void>((resolve) => server.on('ready', resolve));
    const client = rabbit.createRPCClient({ confirm: true });
    expect(await client.send(queue, 'question')).toMatchObject({ body: 're: question' });
    await client.close();
    await server.close();
    await rabbit.close();
  });

  it('gets what the broker returns', async () => {
    const rabbit = connect();
    const returned: unknown[] = [];
    const publisher = rabbit.createPublisher({ confirm: true });
    publisher.on('basic.return', (message) => returned.push(message.body));
    await publisher.send({ routingKey: session.name('nowhere'), mandatory: true }, 'lost');
    await waitFor('the returned message', () => returned.length > 0);
    expect(returned).toEqual(['lost']);
    await publisher.close();
    await rabbit.close();
  });
});

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
