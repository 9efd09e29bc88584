import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import { channelError, type ProtocolError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED } from '../../wire/reply-code.ts';
import type {
  Permission,
  Permissions,
  TopicPermission,
  TopicPermissions,
} from '../security/permissions.ts';
import type { Exchange } from '../topology/exchange.ts';
import type { ChannelHost } from './channel-host.ts';

/** Who wants access, and where. */
type Applicant = Pick<ChannelHost, 'permissions' | 'vhost' | 'user'>;

/** The name under which permissions speak of the default exchange, as in RabbitMQ. */
const DEFAULT_EXCHANGE_RESOURCE = 'amq.default';

/** @throws ProtocolError 403 if the connection's user may not do that to the exchange */
export function requireExchangeAccess(
  host: Applicant,
  permission: Permission,
  exchange: string,
): void {
  requireAccess(host, permission, 'exchange', resourceOf(exchange));
}

/**
 * The routing keys that the connection's user may use with an exchange, or null if it may use any.
 */
export function topicPermissionsFor(
  { user, vhost }: ChannelHost,
  { name, type }: Exchange,
): TopicPermissions | null {
  return type === 'topic' ? user.topicPermissionsFor(vhost.name, name) : null;
}

/** @throws ProtocolError 403 if the connection's user may not use that routing key */
export function requireTopicAccess(
  host: ChannelHost,
  permission: TopicPermission,
  exchange: Exchange,
  routingKey: string,
): void {
  if (topicPermissionsFor(host, exchange)?.allows(permission, routingKey) === false) {
    throw topicRefused(host, permission, exchange.name, routingKey);
  }
}

/** 403, worded as RabbitMQ words it. */
export function topicRefused(
  { user, vhost }: ChannelHost,
  permission: TopicPermission,
  exchange: string,
  routingKey: string,
): ProtocolError {
  return channelError(
    ACCESS_REFUSED,
    `${permission} access to topic '${routingKey}' in exchange '${exchange}' in vhost ` +
      `'${vhost.name}' refused for user '${user.name}'`,
  );
}

/** Whether permissions allow to publish to an exchange. */
export function mayWriteTo(permissions: Permissions, exchange: string): boolean {
  return permissions.allows('write', resourceOf(exchange));
}

/** @throws ProtocolError 403 if the connection's user may not do that to the queue */
export function requireQueueAccess(host: Applicant, permission: Permission, queue: string): void {
  requireAccess(host, permission, 'queue', queue);
}

function resourceOf(exchange: string): string {
  return exchange === DEFAULT_EXCHANGE ? DEFAULT_EXCHANGE_RESOURCE : exchange;
}

function requireAccess(
  host: Applicant,
  permission: Permission,
  kind: 'exchange' | 'queue',
  name: string,
): void {
  if (host.permissions.allows(permission, name)) return;
  throw channelError(
    ACCESS_REFUSED,
    `${permission} access to ${kind} '${name}' in vhost '${host.vhost.name}' refused ` +
      `for user '${host.user.name}'`,
  );
}
