import amqp from 'amqplib';

/** Headers, and all other properties, arrive as they were sent. */
export async function main(url: string): Promise<string[]> {
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  const { exchange } = await channel.assertExchange('matching exchange', 'headers');
  const { queue } = await channel.assertQueue();
  await channel.bindQueue(queue, exchange, '', { 'x-match': 'any', foo: 'bar', baz: 'boo' });
  const received: string[] = [];
  const options = {
    contentType: 'text/plain',
    contentEncoding: 'utf8',
    persistent: true,
    priority: 3,
    correlationId: 'c',
    replyTo: 'r',
    expiration: 60_000,
    messageId: 'm',
    timestamp: 1_700_000_000,
    type: 't',
    appId: 'a',
  };
  const all = new Promise<void>((resolve) => {
    channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        received.push(message.content.toString(), JSON.stringify(message.properties));
        if (message.content.toString() === 'last') resolve();
      },
      { noAck: true },
    );
  });
  const nested = { list: [1, 'two', true, null], table: { deep: 1.5 }, big: 2 ** 40 };
  channel.publish(exchange, '', Buffer.from('one'), { headers: { baz: 'boo', ...nested } });
  channel.publish(exchange, '', Buffer.from('lost'), { headers: { meh: 'nah' } });
  channel.publish(exchange, '', Buffer.from('last'), { ...options, headers: { foo: 'bar' } });
  await all;
  await channel.deleteQueue(queue);
  await channel.deleteExchange(exchange);
  await connection.close();
  return received;
}
