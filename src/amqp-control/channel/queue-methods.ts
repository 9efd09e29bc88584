import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED } from '../../wire/reply-code.ts';
import type {
  QueueBind,
  QueueDeclare,
  QueueDelete,
  QueuePurge,
  QueueUnbind,
} from '../../wire/spec.ts';
import type { Queue } from '../queues/queue.ts';
import { RESERVED_PREFIX } from '../topology/exchange.ts';
import { REPLY_TO_QUEUE } from '../topology/reply-addresses.ts';
import { requireExchangeAccess, requireQueueAccess, requireTopicAccess } from './access.ts';
import type { Channel } from './channel.ts';

const GENERATED_QUEUE_PREFIX = `${RESERVED_PREFIX}gen-`;

/** @throws ProtocolError 404 (passive), 403, 405 if locked, 406 */
export function declareQueue(channel: Channel, method: QueueDeclare): void {
  const { connection } = channel;
  if (method.queue.startsWith(REPLY_TO_QUEUE)) {
    replyQueueDeclared(channel, method);
    return;
  }
  const queue = method.passive ? declaredQueue(channel, method.queue) : newQueue(channel, method);
  if (queue.settings.owner === connection.number) connection.exclusiveQueues.add(queue);
  channel.lastQueue = queue.name;
  channel.replyWhenRouted(method.nowait, {
    name: 'queue.declare-ok',
    queue: queue.name,
    messageCount: queue.readyCount,
    consumerCount: queue.consumers.count,
  });
}

/** @throws ProtocolError 404, 403, 405, 406 for invalid arguments */
export function bindQueue(channel: Channel, method: QueueBind): void {
  const { queue, routingKey } = bindingOf(channel, method);
  channel.connection.vhost.bindQueue(queue, method.exchange, routingKey, method.arguments);
  channel.replyWhenRouted(method.nowait, { name: 'queue.bind-ok' });
}

/** @throws ProtocolError 404, 403, 405 */
export function unbindQueue(channel: Channel, method: QueueUnbind): void {
  const { vhost } = channel.connection;
  const name = channel.queueNamed(method.queue);
  const exists = vhost.queues.has(name) && vhost.exchanges.has(method.exchange);
  // The default exchange is not to be unbound from, whatever the queue.
  if (exists || method.exchange === DEFAULT_EXCHANGE) {
    const { queue, routingKey } = bindingOf(channel, method);
    vhost.unbindQueue(queue, method.exchange, routingKey, method.arguments);
  }
  channel.replyWhenRouted(false, { name: 'queue.unbind-ok' });
}

/** @throws ProtocolError 404, 403, 405 */
export function purgeQueue(channel: Channel, method: QueuePurge): void {
  const { connection } = channel;
  const name = channel.queueNamed(method.queue);
  requireQueueAccess(connection, 'read', name);
  const messageCount = connection.vhost.queue(name, connection.number).purge();
  channel.reply(method.nowait, { name: 'queue.purge-ok', messageCount });
}

/** @throws ProtocolError 403, 405, 406 if it must be unused or empty and isn't */
export function deleteQueue(channel: Channel, method: QueueDelete): void {
  const { connection } = channel;
  const name = channel.queueNamed(method.queue);
  requireQueueAccess(connection, 'configure', name);
  const messageCount = connection.vhost.deleteQueue(
    name,
    connection.number,
    method.ifUnused,
    method.ifEmpty,
  );
  channel.replyWhenRouted(method.nowait, { name: 'queue.delete-ok', messageCount });
}

function declaredQueue(channel: Channel, name: string): Queue {
  const { connection } = channel;
  const queue = connection.vhost.queue(channel.queueNamed(name), connection.number);
  queue.touch();
  return queue;
}

function newQueue(channel: Channel, method: QueueDeclare): Queue {
  const { connection } = channel;
  const { vhost } = connection;
  const name = method.queue === '' ? channel.generateName(GENERATED_QUEUE_PREFIX) : method.queue;
  requireQueueAccess(connection, 'configure', name);
  const deadLetterExchange = method.arguments['x-dead-letter-exchange'];
  if (typeof deadLetterExchange === 'string') {
    requireQueueAccess(connection, 'read', name);
    requireExchangeAccess(connection, 'write', deadLetterExchange);
  }
  if (method.queue.startsWith(RESERVED_PREFIX)) {
    throw channelError(
      ACCESS_REFUSED,
      `queue name '${name}' contains reserved prefix '${RESERVED_PREFIX}*'`,
    );
  }
  channel.connection.core.churn.queuesDeclared++;
  return vhost.declareQueue({
    name,
    durable: method.durable,
    autoDelete: method.autoDelete,
    exclusive: method.exclusive,
    table: method.arguments,
    connection: connection.number,
  });
}

/**
 * Clients declare the pseudo-queue, or a reply address to see whether the requester is still there.
 */
function replyQueueDeclared(channel: Channel, method: QueueDeclare): void {
  const { core, vhost, number } = channel.connection;
  const exists = method.queue === REPLY_TO_QUEUE || core.replyAddresses.find(method.queue) !== null;
  if (!exists) vhost.queue(method.queue, number);
  channel.reply(method.nowait, {
    name: 'queue.declare-ok',
    queue: method.queue,
    messageCount: 0,
    consumerCount: 1,
  });
}

/**
 * The queue and key of a bind or unbind; without a queue name, an empty key stands for the queue's
 * name, too.
 */
function bindingOf(
  channel: Channel,
  method: QueueBind | QueueUnbind,
): { queue: Queue; routingKey: string } {
  const { connection } = channel;
  const name = channel.queueNamed(method.queue);
  requireQueueAccess(connection, 'write', name);
  requireExchangeAccess(connection, 'read', method.exchange);
  const queue = connection.vhost.queue(name, connection.number);
  const routingKey = method.queue === '' && method.routingKey === '' ? name : method.routingKey;
  const exchange = connection.vhost.exchange(method.exchange);
  requireTopicAccess(connection, 'read', exchange, routingKey);
  return { queue, routingKey };
}
