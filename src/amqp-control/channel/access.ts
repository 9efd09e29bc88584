import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED } from '../../wire/reply-code.ts';
import type { Permission, Permissions } from '../security/permissions.ts';
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
