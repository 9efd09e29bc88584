import amqp from 'amqplib';

/** The broker confirms what it has; what cannot be routed comes back. */
export async function main(url: string): Promise<string[]> {
  const lines: string[] = [];
  const connection = await amqp.connect(url);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('confirmed', { durable: false });
  channel.on('return', (message) => {
    const { replyCode } = message.fields as unknown as { replyCode: number };
    lines.push(`returned ${replyCode} ${message.content.toString()}`);
  });
  for (let i = 0; i < 20; i++) {
    channel.sendToQueue(queue, Buffer.from('blah'), {}, (error) => {
      if (error !== null) lines.push('nacked');
    });
  }
  await channel.waitForConfirms();
  lines.push(`stored ${(await channel.checkQueue(queue)).messageCount}`);
  await new Promise<void>((resolve) => {
    channel.publish('', 'nowhere', Buffer.from('lost'), { mandatory: true }, () => resolve());
  });
  await channel.deleteQueue(queue);
  await channel.close();
  await connection.close();
  return lines;
}
