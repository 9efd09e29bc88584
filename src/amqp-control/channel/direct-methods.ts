import { channelError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED, NOT_IMPLEMENTED, RESOURCE_LOCKED } from '../../wire/reply-code.ts';
import type { DirectGet, DirectPut } from '../../wire/spec.ts';
import type { DirectService } from '../direct/direct-service.ts';
import { requireExchangeAccess, requireQueueAccess } from './access.ts';
import type { Channel } from './channel.ts';

/** Grants a lease on a sink (DMP section 1). @throws ProtocolError 404, 403 */
export function putSink(channel: Channel, method: DirectPut): void {
  const { connection } = channel;
  const { vhost } = connection;
  const exchange = vhost.exchange(method.sink);
  requireExchangeAccess(connection, 'write', method.sink);
  if (exchange.internal) {
    throw channelError(
      ACCESS_REFUSED,
      `cannot publish to internal exchange '${method.sink}' in vhost '${vhost.name}'`,
    );
  }
  const lease = directOf(channel).grantSink(channel, vhost.name, method.sink);
  channel.replyWhenRouted(false, { name: 'direct.put-ok', lease });
}

/** Grants a lease on a feed (DMP section 1). @throws ProtocolError 404, 403, 405 */
export function getFeed(channel: Channel, method: DirectGet): void {
  const { connection } = channel;
  const name = channel.queueNamed(method.feed);
  const queue = connection.vhost.queue(name, connection.number);
  requireQueueAccess(connection, 'read', name);
  if (queue.settings.owner !== connection.number) {
    throw channelError(
      ACCESS_REFUSED,
      `queue '${name}' cannot be a feed: only queues that this connection declared exclusive can`,
    );
  }
  const direct = directOf(channel);
  if (direct.isFeedLeased(queue)) {
    throw channelError(RESOURCE_LOCKED, `feed '${name}' is leased already`);
  }
  channel.replyWhenRouted(false, {
    name: 'direct.get-ok',
    lease: direct.grantFeed(channel, queue),
  });
}

function directOf(channel: Channel): DirectService {
  const { direct } = channel.connection.core;
  if (direct !== null) return direct;
  throw channelError(NOT_IMPLEMENTED, 'Direct Mode is not available on this broker');
}
