import amqp from 'amqplib';

/** Only the severities that were asked for. */
export async function main(url: string): Promise<string[]> {
  const exchange = 'direct_logs';
  const received: string[] = [];
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'direct', { durable: false });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await Promise.all(
    ['warning', 'error'].map((severity) => channel.bindQueue(queue, exchange, severity)),
  );
  const all = new Promise<void>((resolve) => {
    channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        received.push(`${message.fields.routingKey}:'${message.content.toString()}'`);
        if (message.content.toString() === 'last') resolve();
      },
      { noAck: true },
    );
  });
  channel.publish(exchange, 'info', Buffer.from('nobody wants this'));
  channel.publish(exchange, 'warning', Buffer.from('careful'));
  channel.publish(exchange, 'error', Buffer.from('last'));
  await all;
  await connection.close();
  return received;
}
