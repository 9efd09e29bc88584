import type { Accounts } from '../security/accounts.ts';
import type { PermissionPatterns, TopicPatterns } from '../security/permissions.ts';
import type { HashedPassword, User } from '../security/user.ts';
import type { Policy, PolicyKind, PolicyRequest } from '../topology/policy.ts';
import type { VHost, VHostMetadata } from '../topology/vhost.ts';
import type { VHostBook } from '../topology/vhost-book.ts';
import { readTable, tableText } from './table-text.ts';

/** Users, virtual hosts and policies as the store keeps them. In JSON a limit of null is none. */

type StoredLimits<Limits> = { readonly [Name in keyof Limits]: number | null };

export interface UserDefinition {
  readonly name: string;
  /**
   * Null: the user can't log in with one. Absent: the configuration says it.
   */
  readonly password?: HashedPassword | null;
  readonly tags: readonly string[];
  readonly limits: StoredLimits<User['limits']>;
  readonly permissions: readonly (readonly [vhost: string, patterns: PermissionPatterns])[];
  readonly topicPermissions: readonly (readonly [
    vhost: string,
    exchange: string,
    patterns: TopicPatterns,
  ])[];
}

export interface VHostDefinition extends VHostMetadata {
  readonly name: string;
  readonly limits: StoredLimits<VHost['limits']>;
}

export interface PolicyDefinition extends Omit<PolicyRequest, 'definition'> {
  readonly vhost: string;
  readonly kind: PolicyKind;
  readonly definition: string;
}

export function userDefinition(user: User): UserDefinition {
  const { name, password, tags, limits } = user;
  return {
    name,
    ...(user.passwordIsConfigured || password?.algorithm === 'plain' ? {} : { password }),
    tags,
    limits: storedLimits(limits),
    permissions: [...user.permissions].map(([vhost, { patterns }]) => [vhost, patterns]),
    topicPermissions: [...user.topicPermissions].flatMap(([vhost, byExchange]) =>
      [...byExchange].map(([exchange, { patterns }]) => [vhost, exchange, patterns] as const),
    ),
  };
}

/** What was changed while the broker ran counts, also against the configuration. */
export function restoreUser(accounts: Accounts, definition: UserDefinition): void {
  const { name, password, tags, limits } = definition;
  const user = accounts.putUser({ name, tags, ...(password === undefined ? {} : { password }) });
  accounts.setLimits(name, usableLimits(limits));
  for (const vhost of [...user.permissions.keys()]) accounts.clearPermissions(name, vhost);
  for (const [vhost, patterns] of definition.permissions) {
    accounts.setPermissions(name, vhost, patterns);
  }
  for (const [vhost, exchange, patterns] of definition.topicPermissions) {
    accounts.setTopicPermissions(name, vhost, exchange, patterns);
  }
}

export function vhostDefinition({ name, metadata, limits }: VHost): VHostDefinition {
  return { name, ...metadata, limits: storedLimits(limits) };
}

export function restoreVhost(vhosts: VHostBook, definition: VHostDefinition): void {
  const { name, limits, ...metadata } = definition;
  vhosts.put(name, metadata);
  vhosts.setLimits(name, usableLimits(limits));
}

export function policyDefinition(vhost: string, policy: Policy): PolicyDefinition {
  const { kind, name, pattern, applyTo, priority, definition } = policy;
  const given = Object.entries(definition).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const table = tableText(Object.fromEntries(given));
  return { vhost, kind, name, pattern, applyTo, priority, definition: table };
}

export function restorePolicy(vhost: VHost, stored: PolicyDefinition): void {
  const { kind, name, pattern, applyTo, priority } = stored;
  const definition = readTable(stored.definition);
  vhost.policies.put(kind, { name, pattern, applyTo, priority, definition });
}

function storedLimits<Limits extends object>(limits: Limits): StoredLimits<Limits> {
  const entries = Object.entries(limits).map(([name, limit]) => [
    name,
    limit === Infinity ? null : limit,
  ]);
  return Object.fromEntries(entries);
}

function usableLimits<Limits>(limits: StoredLimits<Limits>): Limits {
  const entries = Object.entries(limits).map(([name, limit]) => [name, limit ?? Infinity]);
  return Object.fromEntries(entries);
}
