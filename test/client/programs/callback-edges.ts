import amqp, { type Channel, type ConfirmChannel, type Connection } from 'amqplib/callback_api';

interface Failure extends Error {
  code?: number | string;
  classId?: number;
  methodId?: number;
}

/** A call that takes a callback, and what that is called with. */
function outcome(call: (callback: (...values: unknown[]) => void) => unknown): Promise<string> {
  return new Promise((resolve) => {
    try {
      call((...values) => resolve(JSON.stringify(values.map(shown))));
    } catch (error) {
      resolve(`thrown ${JSON.stringify(shown(error))}`);
    }
  });
}

function shown(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, code, classId, methodId } = value as Failure;
  return { name, message, code, classId, methodId };
}

function opened<T>(open: (callback: (error: unknown, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    open((error, value) => (error ? reject(error) : resolve(value)));
  });
}

/** What callbacks are called with, and what methods with callbacks return. */
export async function main(url: string): Promise<string[]> {
  const lines: string[] = [];
  const say = async (call: (callback: (...values: unknown[]) => void) => unknown) => {
    lines.push(await outcome(call));
  };
  const connection = await opened<Connection>((callback) => amqp.connect(url, callback));
  const channel = await opened<Channel>((callback) => connection.createChannel({}, callback));
  channel.on('error', (error) => lines.push(`error ${error.message}`));
  lines.push(typeof Object(channel.connection).serverProperties.product);

  await say((callback) => channel.assertQueue('edges', { durable: false }, callback));
  await say((callback) => channel.checkQueue('edges', callback));
  await say((callback) => channel.assertExchange('edges', 'topic', { durable: false }, callback));
  await say((callback) => channel.checkExchange('edges', callback));
  await say((callback) => channel.bindQueue('edges', 'edges', '#', {}, callback));
  await say((callback) => channel.unbindQueue('edges', 'edges', '#', {}, callback));
  await say((callback) => channel.bindExchange('amq.topic', 'edges', '', {}, callback));
  await say((callback) => channel.unbindExchange('amq.topic', 'edges', '', {}, callback));
  await say((callback) => channel.prefetch(1, false, callback));
  await say((callback) => channel.recover(callback));
  await say((callback) => channel.get('edges', {}, callback));
  await say((callback) => channel.purgeQueue('edges', callback));
  await say((callback) => channel.consume('edges', () => {}, { consumerTag: 'mine' }, callback));
  await say((callback) => channel.cancel('mine', callback));
  await say((callback) => channel.deleteExchange('edges', {}, callback));

  // Without callbacks: what they return is the channel.
  const returned: unknown[] = [
    channel.assertQueue('edges', { durable: false }),
    channel.prefetch(2),
    channel.recover(),
    channel.ackAll(),
    channel.nackAll(),
    channel.get('edges'),
  ];
  lines.push(returned.map((value) => value === channel).join());
  await say((callback) => channel.deleteQueue('edges', {}, callback));

  await say((callback) => channel.checkQueue('no such queue', callback));
  await say((callback) => channel.checkQueue('whatever', callback));
  await say((callback) => channel.close(callback));

  const confirming = await opened<ConfirmChannel>((callback) =>
    connection.createConfirmChannel(callback),
  );
  confirming.on('error', (error) => lines.push(`error ${error.message}`));
  await say((callback) => confirming.publish('', 'nowhere', Buffer.from('x'), {}, callback));
  await say((callback) => confirming.waitForConfirms(callback));
  await say((callback) =>
    confirming.publish('no such exchange', '', Buffer.from('x'), {}, callback),
  );
  await say((callback) => confirming.waitForConfirms(callback));

  const last = await opened<Channel>((callback) => connection.createChannel(callback));
  await say((callback) => last.close(callback));
  await say((callback) => last.close(callback));
  await say((callback) => connection.close(callback));
  await say((callback) => connection.close(callback));
  await say((callback) => connection.createChannel(callback));
  await say((callback) => amqp.connect('http://localhost', callback));
  await say((callback) =>
    amqp.connect('amqp://127.0.0.1:1', (error: Failure) => callback(error.code)),
  );
  return lines;
}
