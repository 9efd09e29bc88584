import { Connection, ConsumerStatus } from 'rabbitmq-client';
import { afterEach, describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

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
