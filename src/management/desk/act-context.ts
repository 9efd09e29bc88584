import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import type { Permissions } from '../../amqp-control/security/permissions.ts';
import type { User } from '../../amqp-control/security/user.ts';
import type { VHost } from '../../amqp-control/topology/vhost.ts';
import { ApiError, notAuthorised } from '../link/api-error.ts';
import type { Arguments } from './arguments.ts';

/** What an act is done with: the broker, and who asks for it. */
export interface ActContext {
  readonly core: BrokerCore;
  readonly user: User;
  /** Does work in a turn of the event loop of its own: for acts that have waited for something. */
  inTurn<Result>(work: () => Result): Result;
}

/** Something that the API can have done. @returns what the client gets, as JSON */
export type Act = (context: ActContext, given: Arguments) => unknown;

/** A user in one virtual host; the same as a connection there, for permission checks. */
export interface Entry {
  readonly vhost: VHost;
  readonly user: User;
  readonly permissions: Permissions;
}

/**
 * Lets the user into a virtual host.
 * @throws ApiError 404 if there is none, 401 if the user may not enter it
 */
export function enter({ core, user }: ActContext, given: Arguments): Entry {
  const vhost = core.vhosts.get(given.text('vhost'));
  if (vhost === undefined) throw new ApiError(404, 'not_found', 'vhost_not_found');
  const permissions = user.permissionsIn(vhost.name);
  if (permissions === null) throw notAuthorised('User not authorised to access virtual host');
  return { vhost, user, permissions };
}
