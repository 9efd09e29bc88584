import { describe, expect, it } from 'vitest';
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
