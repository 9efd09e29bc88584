import type { ExchangeType } from '../../routing/matcher.ts';
import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import { channelError, connectionError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED, COMMAND_INVALID } from '../../wire/reply-code.ts';
import type {
  ExchangeBind,
  ExchangeDeclare,
  ExchangeDelete,
  ExchangeUnbind,
} from '../../wire/spec.ts';
import { EXCHANGE_DECLARE } from '../../wire/spec.ts';
import { EXCHANGE_TYPES } from '../topology/exchange.ts';
import { requireExchangeAccess, requireTopicAccess } from './access.ts';
import type { Channel } from './channel.ts';

/**
 * @throws ProtocolError 404 (passive), 403, 406, or 503 for a type we don't have, as in RabbitMQ
 */
export function declareExchange(channel: Channel, method: ExchangeDeclare): void {
  const { connection } = channel;
  const { vhost } = connection;
  if (method.passive) {
    vhost.exchange(method.exchange);
  } else {
    if (method.exchange === DEFAULT_EXCHANGE) {
      throw channelError(ACCESS_REFUSED, 'operation not permitted on the default exchange');
    }
    requireExchangeAccess(connection, 'configure', method.exchange);
    const alternate = method.arguments['alternate-exchange'];
    if (typeof alternate === 'string') {
      requireExchangeAccess(connection, 'read', method.exchange);
      requireExchangeAccess(connection, 'write', alternate);
    }
    vhost.declareExchange({
      name: method.exchange,
      type: exchangeType(method.type),
      durable: method.durable,
      autoDelete: method.autoDelete,
      internal: method.internal,
      table: method.arguments,
    });
  }
  channel.replyWhenRouted(method.nowait, { name: 'exchange.declare-ok' });
}

/** @throws ProtocolError 403, or 406 if it must be unused and isn't */
export function deleteExchange(channel: Channel, method: ExchangeDelete): void {
  const { connection } = channel;
  requireExchangeAccess(connection, 'configure', method.exchange);
  connection.vhost.deleteExchange(method.exchange, method.ifUnused);
  channel.replyWhenRouted(method.nowait, { name: 'exchange.delete-ok' });
}

/** @throws ProtocolError 404, 403, or 406 for invalid arguments */
export function bindExchange(channel: Channel, method: ExchangeBind): void {
  requireBindingAccess(channel, method);
  channel.connection.vhost.bindExchange(
    method.destination,
    method.source,
    method.routingKey,
    method.arguments,
  );
  channel.replyWhenRouted(method.nowait, { name: 'exchange.bind-ok' });
}

/** @throws ProtocolError 404, 403 */
export function unbindExchange(channel: Channel, method: ExchangeUnbind): void {
  requireBindingAccess(channel, method);
  channel.connection.vhost.unbindExchange(
    method.destination,
    method.source,
    method.routingKey,
    method.arguments,
  );
  channel.replyWhenRouted(method.nowait, { name: 'exchange.unbind-ok' });
}

function requireBindingAccess(channel: Channel, method: ExchangeBind | ExchangeUnbind): void {
  requireExchangeAccess(channel.connection, 'write', method.destination);
  requireExchangeAccess(channel.connection, 'read', method.source);
  const source = channel.connection.vhost.exchanges.get(method.source);
  if (source === undefined) return;
  requireTopicAccess(channel.connection, 'read', source, method.routingKey);
}

function exchangeType(name: string): ExchangeType {
  const type = EXCHANGE_TYPES.find((candidate) => candidate === name);
  if (type !== undefined) return type;
  throw connectionError(
    COMMAND_INVALID,
    `unknown exchange type '${name}', use one of ${EXCHANGE_TYPES.join(', ')}`,
    EXCHANGE_DECLARE,
  );
}
