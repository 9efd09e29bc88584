import amqp from 'amqplib';

/** Every subscriber gets every log line. */
export async function main(url: string): Promise<string[]> {
  const exchange = 'logs';
  const received: string[] = [];
  const connection = await amqp.connect(url);

  async function subscribe(name: string): Promise<{ all: Promise<void> }> {
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'fanout', { durable: false });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, '');
    let count = 0;
    const all = new Promise<void>((resolve) => {
      channel.consume(
        queue,
        (message) => {
          if (message === null) return;
          received.push(`${name} ${message.content.toString()}`);
          count++;
          if (count === 3) resolve();
        },
        { noAck: true },
      );
    });
    // The answer to another request says that the consumer is there.
    await channel.checkQueue(queue);
    return { all };
  }

  const first = await subscribe('a');
  const second = await subscribe('b');
  const publisher = await connection.createChannel();
  await publisher.assertExchange(exchange, 'fanout', { durable: false });
  for (const text of ['one', 'two', 'three']) {
    publisher.publish(exchange, '', Buffer.from(text));
  }
  await publisher.close();
  await Promise.all([first.all, second.all]);
  await connection.close();
  return [
    ...received.filter((line) => line.startsWith('a')),
    ...received.filter((line) => line.startsWith('b')),
  ];
}
