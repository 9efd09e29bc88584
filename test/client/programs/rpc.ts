import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';

function fib(n: number): number {
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

async function serve(connection: amqp.ChannelModel, queue: string): Promise<void> {
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: false });
  channel.prefetch(1);
  await channel.consume(queue, (message) => {
    if (message === null) return;
    const n = Number.parseInt(message.content.toString(), 10);
    channel.sendToQueue(message.properties.replyTo, Buffer.from(fib(n).toString()), {
      correlationId: message.properties.correlationId,
    });
    channel.ack(message);
  });
}

async function call(
  channel: amqp.Channel,
  queue: string,
  replyTo: string,
  waiting: Map<string, (answer: string) => void>,
  n: number,
): Promise<string> {
  const correlationId = randomUUID();
  return new Promise((resolve) => {
    waiting.set(correlationId, resolve);
    channel.sendToQueue(queue, Buffer.from(n.toString()), { correlationId, replyTo });
  });
}

/**
 * Asks over a queue, gets answers over a private one, and over the direct reply-to pseudo-queue.
 */
export async function main(url: string): Promise<string[]> {
  const queue = 'rpc_queue';
  const connection = await amqp.connect(url);
  await serve(connection, queue);
  const answers: string[] = [];
  for (const own of [true, false]) {
    const channel = await connection.createChannel();
    const replyTo = own
      ? (await channel.assertQueue('', { exclusive: true })).queue
      : 'amq.rabbitmq.reply-to';
    const waiting = new Map<string, (answer: string) => void>();
    await channel.consume(
      replyTo,
      (message) => {
        if (message === null) return;
        waiting.get(message.properties.correlationId)?.(message.content.toString());
      },
      { noAck: true },
    );
    const asked = [5, 10, 30].map((n) => call(channel, queue, replyTo, waiting, n));
    answers.push(...(await Promise.all(asked)));
  }
  await connection.close();
  return answers;
}
