import { ApiError, notAuthorised } from '../link/api-error.ts';
import type { Identity } from '../link/messages.ts';

/** What tags allow, from the least to the most; each includes those before it, roughly. */
export type Right = 'management' | 'policymaker' | 'monitoring' | 'administrator';

/** Which tags give a right (RabbitMQ's table of user tags). */
const GIVEN_BY: Readonly<Record<Right, readonly string[]>> = {
  management: ['management', 'policymaker', 'monitoring', 'administrator'],
  policymaker: ['policymaker', 'administrator'],
  monitoring: ['monitoring', 'administrator'],
  administrator: ['administrator'],
};

const REFUSALS: Readonly<Record<Right, string>> = {
  management: 'Not management user',
  policymaker: 'Not policymaker user',
  monitoring: 'Not monitor user',
  administrator: 'Not administrator user',
};

export function hasRight({ tags }: Identity, right: Right): boolean {
  return GIVEN_BY[right].some((tag) => tags.includes(tag));
}

/** @throws ApiError 401 */
export function requireRight(identity: Identity, right: Right): void {
  if (!hasRight(identity, right)) throw notAuthorised(REFUSALS[right]);
}

/** Whether objects of a virtual host are shown to the user. */
export function seesVhost(identity: Identity, vhost: string): boolean {
  return identity.vhosts.includes(vhost) || hasRight(identity, 'monitoring');
}

/** @throws ApiError 401 unless objects of the virtual host are shown to the user */
export function requireVhost(identity: Identity, vhost: string): void {
  if (seesVhost(identity, vhost)) return;
  throw new ApiError(401, 'not_authorised', 'User not authorised to access virtual host');
}
