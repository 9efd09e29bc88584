import type {
  BindingState,
  ExchangeState,
  NamedQueueState,
  VhostSnapshot,
} from '../../src/shards/shard-messages.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';

/** A queue that main serves. */
export function queueAtMain(queueNumber: number, refusedOrigin = -1): NamedQueueState {
  return { queueNumber, name: `q${queueNumber}`, writer: -1, slot: 0, refusedOrigin, feed: null };
}

/** A queue whose feed is `slot` of writer `writer`. */
export function queueAtFeed(
  queueNumber: number,
  slot: number,
  writer = 0,
  refusedOrigin = -1,
): NamedQueueState {
  return { queueNumber, name: `q${queueNumber}`, writer, slot, refusedOrigin, feed: null };
}

export function exchange(
  name: string,
  type: ExchangeState['type'],
  alternate: string | null = null,
): ExchangeState {
  return { name, type, alternate };
}

/** A binding to a queue. */
export function binding(
  source: string,
  queueNumber: number,
  routingKey = '',
  args: FieldTable = {},
): BindingState {
  return { source, queueNumber, exchange: null, routingKey, arguments: args };
}

/** A binding to an exchange. */
export function exchangeBinding(
  source: string,
  destination: string,
  routingKey = '',
  args: FieldTable = {},
): BindingState {
  return { source, queueNumber: null, exchange: destination, routingKey, arguments: args };
}

/** A direct exchange `x` to which each of `queues` is bound with the routing key `k`. */
export function oneExchange(...queues: readonly NamedQueueState[]): Omit<VhostSnapshot, 'vhost'> {
  return {
    exchanges: [exchange('x', 'direct')],
    queues,
    bindings: queues.map(({ queueNumber }) => binding('x', queueNumber, 'k')),
  };
}
