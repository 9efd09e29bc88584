import amqp from 'amqplib';

/**
 * Two workers share the tasks of a durable queue; one that dies without acknowledging loses none.
 */
export async function main(url: string): Promise<string[]> {
  const queue = 'task_queue';
  const done: string[] = [];

  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: true });

  const careless = await amqp.connect(url);
  const dying = await careless.createChannel();
  dying.prefetch(1);
  const died = new Promise<void>((resolve) => {
    dying.consume(queue, async () => {
      await careless.close();
      resolve();
    });
  });

  for (const task of ['First', 'Second.', 'Third..', 'Fourth...']) {
    channel.sendToQueue(queue, Buffer.from(task), { persistent: true });
  }
  await died;

  await new Promise<void>((resolve) => {
    channel.prefetch(1);
    channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        done.push(message.content.toString());
        channel.ack(message);
        if (done.length === 4) resolve();
      },
      { noAck: false },
    );
  });
  await channel.close();
  await connection.close();
  return done;
}
