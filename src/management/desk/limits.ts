import type { User } from '../../amqp-control/security/user.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { VHost } from '../../amqp-control/topology/vhost.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import type { Arguments } from './arguments.ts';

/** RabbitMQ's names of limits, and ours. */
const USER_LIMITS = { 'max-connections': 'connectionsMax', 'max-channels': 'channelsMax' } as const;
const VHOST_LIMITS = { 'max-connections': 'connectionsMax', 'max-queues': 'queuesMax' } as const;

export function userLimitsOf({ limits }: User): Record<string, number> {
  return {
    'max-connections': limits.connectionsMax,
    'max-channels': limits.channelsMax,
  };
}

export function vhostLimitsOf({ limits }: VHost): Record<string, number> {
  return { 'max-connections': limits.connectionsMax, 'max-queues': limits.queuesMax };
}

/** Those that are set. */
export function limitsJson(limits: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== Infinity));
}

const listUser: Act = ({ core }) =>
  [...core.accounts.users.values()]
    .map((user) => ({ user: user.name, value: limitsJson(userLimitsOf(user)) }))
    .filter(({ value }) => Object.keys(value).length > 0);

const setUser: Act = ({ core }, given) => {
  const limit = ours(USER_LIMITS, given);
  const name = given.text('user');
  if (!core.accounts.users.has(name)) throw notFound();
  core.accounts.setLimits(name, { [limit]: boundOf(given) });
  return {};
};

const listVhost: Act = ({ core }) =>
  [...core.vhosts.values()]
    .map((vhost) => ({ vhost: vhost.name, value: limitsJson(vhostLimitsOf(vhost)) }))
    .filter(({ value }) => Object.keys(value).length > 0);

const setVhost: Act = ({ core }: ActContext, given) => {
  const limit = ours(VHOST_LIMITS, given);
  const name = given.text('vhost');
  if (!core.vhosts.has(name)) throw notFound();
  core.vhostBook.setLimits(name, { [limit]: boundOf(given) });
  return {};
};

function ours(names: Readonly<Record<string, string>>, given: Arguments): string {
  const name = given.text('limit');
  if (!Object.hasOwn(names, name)) {
    throw badRequest(`there is no limit '${name}', only ${Object.keys(names).join(', ')}`);
  }
  return names[name];
}

/** A negative value lifts the limit, as in RabbitMQ; `value` is missing when it is deleted. */
function boundOf(given: Arguments): number {
  const value = given.value('value');
  if (value === undefined || (typeof value === 'number' && value < 0)) return Infinity;
  return given.count('value', Infinity);
}

export const LIMIT_ACTS = {
  'user-limits.list': listUser,
  'user-limit.set': setUser,
  'vhost-limits.list': listVhost,
  'vhost-limit.set': setVhost,
};
