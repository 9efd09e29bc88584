/** A program that uses all of amqplib's callback API, and only what its types promise. */
import amqp, {
  type Channel,
  type ConfirmChannel,
  type Message,
  type Options,
} from 'amqplib/callback_api';

export function open(url: string, done: (error: Error | null) => void): void {
  amqp.connect((error, connection) => {
    if (error) throw error;
    connection.close();
  });
  amqp.connect(url, { noDelay: true }, (error, connection) => {
    if (error) {
      done(error);
      return;
    }
    connection.on('close', () => console.log(connection.connection.serverProperties.version));
    connection.createChannel((failure, channel) => (failure ? done(failure) : use(channel)));
    connection.createConfirmChannel((failure, channel) => {
      if (failure) done(failure);
      else confirm(channel);
    });
    connection.updateSecret(Buffer.from('secret'), 'expired', (failure) => done(failure));
    connection.close((failure) => done(failure));
  });
}

function use(channel: Channel): void {
  const options: Options.AssertQueue = { durable: false };
  channel.assertQueue('q', options, (error, ok) => {
    if (error) throw error;
    const count: number = ok.messageCount;
    console.log(ok.queue, count);
  });
  channel.checkQueue('q', (_error, ok) => console.log(ok.consumerCount));
  channel.assertExchange('e', 'topic', {}, (_error, ok) => console.log(ok.exchange));
  channel.checkExchange('e', (error) => console.log(error));
  channel.bindQueue('q', 'e', '#', {}, (error) => console.log(error));
  channel.unbindQueue('q', 'e', '#');
  channel.bindExchange('a', 'b', '');
  channel.unbindExchange('a', 'b', '', {}, (error) => console.log(error));
  channel.purgeQueue('q', (_error, ok) => console.log(ok.messageCount));
  const onMessage = (message: Message | null): void => {
    if (message === null) return;
    channel.ack(message);
    channel.nack(message, false, false);
    channel.reject(message);
  };
  channel.consume('q', onMessage, { noAck: false }, (_error, ok) => {
    channel.cancel(ok.consumerTag, (error) => console.log(error));
  });
  channel.get('q', {}, (_error, message) => {
    if (message) console.log(message.content.toString());
  });
  channel.prefetch(1, true);
  channel.recover((error) => console.log(error));
  channel.ackAll();
  channel.nackAll(true);
  channel.deleteQueue('q', { ifEmpty: true }, (_error, ok) => console.log(ok.messageCount));
  channel.deleteExchange('e', {}, (error) => console.log(error));
  channel.close((error) => console.log(error));
}

function confirm(channel: ConfirmChannel): void {
  const goOn: boolean = channel.publish('e', 'k', Buffer.from('x'), {}, (error, ok) => {
    console.log(error, ok);
  });
  channel.sendToQueue('q', Buffer.from('x'), { persistent: goOn });
  channel.waitForConfirms((error) => {
    if (error) throw error;
  });
}
