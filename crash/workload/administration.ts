import type { ManagementClient } from './management-client.ts';

/** Names of the facts, and what is compared of them, in the words of the management API. */

/** What administrators make begins with this; other things are not theirs. */
export const ADMINISTRATORS = 'administrator';

const SEPARATOR = ' | ';

/** A user: tags and the hash of the password. */
export function userFact(name: string): string {
  return ['user', name].join(SEPARATOR);
}

/** How many connections a user may have. */
export function limitFact(user: string): string {
  return ['limit of user', user].join(SEPARATOR);
}

/** What a user may do in a virtual host. */
export function permissionsFact(vhost: string, user: string): string {
  return ['permissions', vhost, user].join(SEPARATOR);
}

/** A virtual host: its description. */
export function vhostFact(name: string): string {
  return ['virtual host', name].join(SEPARATOR);
}

/** A policy. */
export function policyFact(vhost: string, name: string): string {
  return ['policy', vhost, name].join(SEPARATOR);
}

/** Whether the fact goes when this user or virtual host does: permissions, limits, policies. */
export function isPartOf(fact: string, name: string): boolean {
  return fact.split(SEPARATOR).slice(1).includes(name);
}

/** The given properties, so that they can be compared. */
export function valueText(object: Record<string, unknown>, properties: readonly string[]): string {
  return JSON.stringify(properties.map((property) => object[property]));
}

export const USER_PROPERTIES: readonly string[] = ['tags', 'password_hash'];
export const PERMISSION_PROPERTIES: readonly string[] = ['configure', 'write', 'read'];
export const VHOST_PROPERTIES: readonly string[] = ['description'];
export const POLICY_PROPERTIES: readonly string[] = [
  'pattern',
  'apply-to',
  'priority',
  'definition',
];
export const CONNECTIONS_LIMIT = 'max-connections';

/** What administrators have made, as the broker shows it. */
export async function findFacts(api: ManagementClient): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const isOurs = (name: unknown) => String(name).startsWith(ADMINISTRATORS);
  for (const user of await api.list('users')) {
    const name = String(user.name);
    if (!isOurs(name)) continue;
    found.set(userFact(name), valueText(user, USER_PROPERTIES));
    const limit = (user.limits as Record<string, unknown>)[CONNECTIONS_LIMIT];
    if (limit !== undefined) found.set(limitFact(name), String(limit));
  }
  for (const each of await api.list('permissions')) {
    if (!isOurs(each.user) && !isOurs(each.vhost)) continue;
    const fact = permissionsFact(String(each.vhost), String(each.user));
    found.set(fact, valueText(each, PERMISSION_PROPERTIES));
  }
  for (const vhost of await api.list('vhosts')) {
    if (!isOurs(vhost.name)) continue;
    found.set(vhostFact(String(vhost.name)), valueText(vhost, VHOST_PROPERTIES));
  }
  for (const policy of await api.list('policies')) {
    if (!isOurs(policy.name)) continue;
    const fact = policyFact(String(policy.vhost), String(policy.name));
    found.set(fact, valueText(policy, POLICY_PROPERTIES));
  }
  return found;
}
