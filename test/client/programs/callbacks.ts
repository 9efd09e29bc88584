import amqp, { type Channel } from 'amqplib/callback_api';

/** The callback API: a listener, a sender, and one message fetched. */
export function main(url: string): Promise<string[]> {
  const queue = 'tasks';
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    amqp.connect(url, (failure, connection) => {
      if (failure) {
        reject(failure);
        return;
      }
      const sender: Channel = connection.createConfirmChannel((error, channel) => {
        if (error) throw error;
        channel.assertQueue(queue, {}, (_error, ok) => {
          lines.push(`${ok.queue} ${ok.messageCount}`);
          channel.sendToQueue(queue, Buffer.from('fetched'));
          channel.sendToQueue(queue, Buffer.from('consumed'));
          channel.waitForConfirms(() => listen());
        });
      });
      sender.on('error', reject);

      function listen(): void {
        connection.createChannel((_error, channel) => {
          channel.get(queue, { noAck: true }, (_getError, message) => {
            lines.push(message === false ? 'nothing' : message.content.toString());
            consume(channel);
          });
        });
      }

      function consume(channel: Channel): void {
        channel.consume(queue, (message) => {
          if (message === null) return;
          lines.push(message.content.toString());
          channel.ack(message);
          channel.deleteQueue(queue, {}, () => connection.close(() => resolve(lines)));
        });
      }
    });
  });
}
