/** A program that uses all of amqplib's promise API, and only what its types promise. */
import type { EventEmitter } from 'node:events';
import amqp, {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  type GetMessage,
  type Message,
  type MessageFields,
  type MessageProperties,
  type Options,
  type Replies,
} from 'amqplib';

export async function open(): Promise<ChannelModel> {
  const parts: Options.Connect = {
    protocol: 'amqp',
    hostname: 'localhost',
    port: 5672,
    username: 'guest',
    password: 'guest',
    locale: 'en_US',
    frameMax: 0,
    heartbeat: 0,
    vhost: '/',
  };
  await amqp.connect(parts);
  const credentials = amqp.credentials.plain('guest', 'guest');
  const user: string = credentials.username;
  const response: Buffer = amqp.credentials.external().response();
  const connection = await amqp.connect(`amqp://${user}`, { noDelay: true, credentials });
  connection.on('error', (error) => console.error(error.message));
  connection.on('blocked', (reason) => console.error(reason));
  const emitter: EventEmitter = connection;
  emitter.removeAllListeners('blocked');
  const product: string = connection.connection.serverProperties.product;
  const capability: string | undefined = connection.connection.serverProperties.anything;
  console.log(product, capability);
  await connection.updateSecret(Buffer.from('secret'), 'expired');
  console.log(response);
  return connection;
}

export async function declare(channel: Channel): Promise<string> {
  const assertQueue: Options.AssertQueue = {
    exclusive: true,
    durable: false,
    autoDelete: true,
    arguments: { 'x-anything': 1 },
    messageTtl: 1,
    expires: 1,
    deadLetterExchange: 'dlx',
    deadLetterRoutingKey: 'key',
    maxLength: 1,
    maxPriority: 1,
  };
  const asserted: Replies.AssertQueue = await channel.assertQueue('q', assertQueue);
  const { queue, messageCount, consumerCount } = await channel.checkQueue(asserted.queue);
  const exchange: Replies.AssertExchange = await channel.assertExchange('e', 'topic', {
    durable: true,
    internal: false,
    autoDelete: false,
    alternateExchange: 'ae',
    arguments: {},
  });
  const empty: Replies.Empty = await channel.checkExchange(exchange.exchange);
  await channel.bindQueue(queue, 'e', '#', { anything: true });
  await channel.unbindQueue(queue, 'e', '#');
  await channel.bindExchange('a', 'b', '', {});
  await channel.unbindExchange('a', 'b', '');
  const purged: Replies.PurgeQueue = await channel.purgeQueue(queue);
  const deleted: Replies.DeleteQueue = await channel.deleteQueue(queue, { ifUnused: true });
  await channel.deleteExchange('e', { ifUnused: true });
  const total: number = messageCount + consumerCount + purged.messageCount + deleted.messageCount;
  return `${total} ${JSON.stringify(empty)}`;
}

export async function consume(channel: Channel): Promise<void> {
  const onMessage = (message: ConsumeMessage | null): void => {
    if (message === null) return;
    const { content, fields, properties } = message;
    const text: string = content.toString('utf8');
    const tag: string = fields.consumerTag;
    const { deliveryTag, redelivered, exchange, routingKey }: MessageFields = fields;
    const replyTo: string = properties.replyTo;
    const timestamp: number = properties.timestamp;
    const retries: number = properties.headers?.['x-retries'] ?? 0;
    const death: string | undefined = properties.headers?.['x-death']?.[0]?.reason;
    console.log(text, tag, deliveryTag, redelivered, exchange, routingKey);
    console.log(replyTo, timestamp, retries, death);
    settle(channel, message);
  };
  const options: Options.Consume = {
    consumerTag: 'tag',
    noLocal: false,
    noAck: false,
    exclusive: false,
    priority: 1,
    arguments: {},
  };
  const started: Replies.Consume = await channel.consume('q', onMessage, options);
  await channel.cancel(started.consumerTag);
  const got: GetMessage | false = await channel.get('q', { noAck: true });
  if (got) console.log(got.fields.messageCount, got.content.length);
  await channel.prefetch(10, true);
  await channel.recover();
}

function settle(channel: Channel, message: Message): void {
  channel.ack(message);
  channel.ack(message, true);
  channel.ackAll();
  channel.nack(message, false, true);
  channel.nackAll(false);
  channel.reject(message, false);
}

export async function publish(channel: ConfirmChannel): Promise<void> {
  const plain: Channel = channel;
  const options: Options.Publish = {
    expiration: '1000',
    userId: 'guest',
    CC: ['a', 'b'],
    BCC: 'c',
    mandatory: true,
    persistent: true,
    deliveryMode: 2,
    contentType: 'text/plain',
    contentEncoding: 'utf8',
    headers: { any: ['thing'] },
    priority: 1,
    correlationId: 'id',
    replyTo: 'q',
    messageId: 'id',
    timestamp: 1,
    type: 'type',
    appId: 'app',
  };
  const goOn: boolean = plain.publish('e', 'k', Buffer.from('x'), options);
  if (!goOn) await new Promise<void>((resolve) => plain.once('drain', () => resolve()));
  channel.sendToQueue('q', Buffer.from('x'), {}, (error, ok) => console.log(error?.message, ok));
  channel.publish('e', 'k', Buffer.from('x'), undefined, (error) => {
    if (error) throw error;
  });
  channel.on('return', (message: Message) => describe(message.properties));
  await channel.waitForConfirms();
  await channel.close();
}

function describe(properties: MessageProperties): string {
  return `${properties.contentType} ${properties.headers?.anything}`;
}
