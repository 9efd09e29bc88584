import type { FieldTable } from '../../wire/field-table.ts';
import { channelError, connectionError } from '../../wire/protocol-error.ts';
import {
  ACCESS_REFUSED,
  NOT_ALLOWED,
  NOT_IMPLEMENTED,
  PRECONDITION_FAILED,
} from '../../wire/reply-code.ts';
import type { BasicCancel, BasicConsume, BasicGet, BasicQos } from '../../wire/spec.ts';
import { BASIC_CONSUME, BASIC_QOS } from '../../wire/spec.ts';
import { NO_ORIGIN } from '../queues/queue-consumer.ts';
import type { DeliveryCounts } from '../stats/counts.ts';
import { REPLY_TO_QUEUE } from '../topology/reply-addresses.ts';
import { requireQueueAccess } from './access.ts';
import type { MessageHolder } from './acknowledgements.ts';
import type { Channel } from './channel.ts';
import { ChannelConsumer } from './channel-consumer.ts';
import { writeGetOk } from './delivery-writer.ts';
import { HeadAway } from './head-away.ts';
import { ReplyConsumer } from './reply-consumer.ts';

const GENERATED_TAG_PREFIX = 'amq.ctag-';

/** @throws ProtocolError 540 for a prefetch size, as in RabbitMQ */
export function setQos(channel: Channel, method: BasicQos): void {
  if (method.prefetchSize !== 0) {
    throw connectionError(
      NOT_IMPLEMENTED,
      `prefetch_size!=0 (${method.prefetchSize}): limit messages with prefetch_count`,
      BASIC_QOS,
    );
  }
  if (method.global) {
    channel.acknowledgements.channelPrefetch = method.prefetchCount;
    channel.wakeConsumers();
  } else {
    channel.consumerPrefetch = method.prefetchCount;
  }
  channel.send({ name: 'basic.qos-ok' });
}

/**
 * @throws ProtocolError 404, 403, 405 if locked, 406 for an invalid argument, 530 for a tag in use
 */
export function consume(channel: Channel, method: BasicConsume): void {
  const { connection } = channel;
  const tag =
    method.consumerTag === '' ? channel.generateName(GENERATED_TAG_PREFIX) : method.consumerTag;
  if (channel.consumers.has(tag) || channel.replyConsumer?.tag === tag) {
    throw connectionError(NOT_ALLOWED, `attempt to reuse consumer tag '${tag}'`, BASIC_CONSUME);
  }
  if (method.queue === REPLY_TO_QUEUE) {
    consumeReplies(channel, method, tag);
    return;
  }
  const name = channel.queueNamed(method.queue);
  requireQueueAccess(connection, 'read', name);
  const queue = connection.vhost.queue(name, connection.number);
  if (method.exclusive && queue.settings.declared.singleActiveConsumer) {
    throw channelError(
      ACCESS_REFUSED,
      `queue '${name}' in vhost '${connection.vhost.name}' has a single active consumer: ` +
        'it cannot be consumed exclusively',
    );
  }
  const taken = method.exclusive ? queue.consumers.count > 0 : queue.consumers.heldExclusively;
  if (taken) {
    throw channelError(
      ACCESS_REFUSED,
      `queue '${name}' in vhost '${connection.vhost.name}' in exclusive use`,
      BASIC_CONSUME,
    );
  }
  const consumer = new ChannelConsumer(
    {
      tag,
      noAck: method.noAck,
      exclusive: method.exclusive,
      priority: consumerPriority(method.arguments),
      refusedOrigin: method.noLocal ? connection.number : NO_ORIGIN,
      prefetch: channel.consumerPrefetch,
      table: method.arguments,
    },
    queue,
    channel,
  );
  channel.consumers.set(tag, consumer);
  channel.reply(method.nowait, { name: 'basic.consume-ok', consumerTag: tag });
  queue.addConsumer(consumer);
  connection.core.direct?.consumersChanged(queue);
}

/** Ends a consumer; one that doesn't exist is fine, as in RabbitMQ. */
export function cancelConsumer(channel: Channel, method: BasicCancel): void {
  const { consumerTag } = method;
  const consumer = channel.consumers.get(consumerTag);
  if (consumer !== undefined) {
    channel.consumers.delete(consumerTag);
    consumer.queue.removeConsumer(consumer);
    channel.connection.core.direct?.consumersChanged(consumer.queue);
  } else if (channel.replyConsumer?.tag === consumerTag) {
    if (channel.replyAddress !== null) {
      channel.connection.core.replyAddresses.unregister(channel.replyAddress);
    }
    channel.replyConsumer = null;
    channel.replyAddress = null;
  }
  channel.replyWhenRouted(method.nowait, { name: 'basic.cancel-ok', consumerTag });
}

/** @throws ProtocolError 404, 403, 405 if locked; HeadAway */
export function get(channel: Channel, method: BasicGet): void {
  const { connection, acknowledgements } = channel;
  const name = channel.queueNamed(method.queue);
  requireQueueAccess(connection, 'read', name);
  const queue = connection.vhost.queue(name, connection.number);
  const head = queue.takeHead();
  if (head === null && !queue.headIsHere) throw new HeadAway(queue);
  if (head === null) {
    queue.counts.gotNothing++;
    channel.counts.gotNothing++;
    channel.send({ name: 'basic.get-empty' });
    return;
  }
  const { log, position } = head;
  const holder: MessageHolder = { queue, unackedCount: 0, released: () => {} };
  const tag = method.noAck
    ? acknowledgements.nextTag()
    : acknowledgements.track(log, position, holder);
  const view = connection.core.scratch;
  log.load(position, view);
  const redelivered = log.isRedelivered(position);
  writeGetOk(channel, tag, redelivered, queue.readyCount, view);
  if (method.noAck) log.settle(position);
  countGet(queue.counts, method.noAck, redelivered);
  countGet(channel.counts, method.noAck, redelivered);
}

function countGet(counts: DeliveryCounts, noAck: boolean, redelivered: boolean): void {
  if (noAck) counts.gotNoAck++;
  else counts.got++;
  if (redelivered) counts.redelivered++;
}

function consumeReplies(channel: Channel, method: BasicConsume, tag: string): void {
  if (!method.noAck) {
    throw channelError(PRECONDITION_FAILED, 'reply consumer cannot acknowledge', BASIC_CONSUME);
  }
  if (channel.replyConsumer !== null) {
    throw channelError(PRECONDITION_FAILED, 'reply consumer already set', BASIC_CONSUME);
  }
  const consumer = new ReplyConsumer(tag, channel);
  channel.replyConsumer = consumer;
  channel.replyAddress = channel.connection.core.replyAddresses.register(consumer);
  channel.reply(method.nowait, { name: 'basic.consume-ok', consumerTag: tag });
}

/** The argument x-priority: any whole number, 0 if absent. */
function consumerPriority(table: FieldTable): number {
  const value = table['x-priority'];
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw channelError(
    PRECONDITION_FAILED,
    "invalid arg 'x-priority' for basic.consume: must be an integer",
    BASIC_CONSUME,
  );
}
