import amqp from 'amqplib';

/** Patterns of routing keys. */
export async function main(url: string): Promise<string[]> {
  const exchange = 'topic_logs';
  const received: string[] = [];
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'topic', { durable: false });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, '*.orange.*');
  await channel.bindQueue(queue, exchange, 'lazy.#');
  await channel.consume(
    queue,
    (message) => {
      if (message !== null) received.push(message.fields.routingKey);
    },
    { noAck: true },
  );
  const keys = ['quick.orange.rabbit', 'quick.brown.fox', 'lazy', 'lazy.pink.rabbit', 'orange'];
  for (const key of keys) channel.publish(exchange, key, Buffer.from(key));
  await new Promise<void>((resolve) => {
    const poll = setInterval(() => {
      if (received.length < 3) return;
      clearInterval(poll);
      resolve();
    }, 1);
  });
  await channel.close();
  await connection.close();
  return received;
}
