import type { BrokerCore } from '../broker-core.ts';
import { mayWriteTo } from '../channel/access.ts';
import type { LeaseOwner } from './direct-service.ts';
import type { Lease, SinkTarget } from './lease-book.ts';

/** Regular expression for the routing keys that a sink's user may use, or null for any. */
export function topicsOf(
  core: BrokerCore,
  { owner, target }: Lease<LeaseOwner, SinkTarget>,
): string | null {
  const exchange = core.vhosts.get(target.vhost)?.exchanges.get(target.exchange);
  if (exchange?.type !== 'topic') return null;
  const { user } = owner.connection;
  return user.topicPermissionsFor(target.vhost, target.exchange)?.writePattern ?? null;
}

/** Whether a sink's user may still do what it could with these topics. */
export function isStillAllowed(
  core: BrokerCore,
  lease: Lease<LeaseOwner, SinkTarget>,
  topics: string | null,
): boolean {
  const { permissions } = lease.owner.connection;
  return mayWriteTo(permissions, lease.target.exchange) && topicsOf(core, lease) === topics;
}
