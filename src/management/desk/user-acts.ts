import type { Password, User } from '../../amqp-control/security/user.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import type { Arguments } from './arguments.ts';
import { limitsJson, userLimitsOf } from './limits.ts';
import { readPassword } from './passwords.ts';

const list: Act = ({ core }) => [...core.accounts.users.values()].map(userJson);

const get: Act = (context, given) => userJson(userOf(context, given));

/** @returns whether it is new */
const put: Act = async ({ core, inTurn }, given) => {
  const name = given.text('name');
  if (!given.has('tags')) throw badRequest('tags_not_present');
  const password = await readPassword(given);
  const created = !core.accounts.users.has(name);
  // Without a password in the request a user that exists keeps the one that it has.
  const kept = password === undefined && !created ? {} : { password: password ?? null };
  const tags = readTags(given);
  inTurn(() => core.accounts.putUser({ name, tags, ...kept }));
  return { created };
};

const remove: Act = ({ core }, given) => {
  const name = given.text('name');
  if (!core.accounts.users.has(name)) return { existed: false };
  core.accounts.deleteUser(name);
  return { existed: true };
};

const withoutPermissions: Act = ({ core }) =>
  [...core.accounts.users.values()].filter((user) => user.permissions.size === 0).map(userJson);

const bulkDelete: Act = ({ core }, given) => {
  const names = given.value('users');
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw badRequest('users must be a list of names');
  }
  for (const name of names) if (core.accounts.users.has(name)) core.accounts.deleteUser(name);
  return {};
};

/** @throws ApiError 404 */
export function userOf({ core }: ActContext, given: Arguments): User {
  const user = core.accounts.users.get(given.text('name'));
  if (user === undefined) throw notFound();
  return user;
}

/** As the API and definitions show a user. */
export function userJson(user: User): JsonObject {
  return {
    name: user.name,
    ...passwordJson(user.password),
    tags: [...user.tags],
    limits: limitsJson(userLimitsOf(user)),
  };
}

function passwordJson(password: Password): JsonObject {
  // A password that isn't hashed yet is nobody's business.
  const hashed = password !== null && password.algorithm !== 'plain' ? password : null;
  return {
    password_hash: hashed?.hash ?? '',
    hashing_algorithm: hashed?.algorithm ?? 'rabbit_password_hashing_sha256',
  };
}

function readTags(given: Arguments): string[] {
  const tags = given.value('tags');
  if (Array.isArray(tags)) return tags.map(String);
  return String(tags)
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

export const USER_ACTS = {
  'users.list': list,
  'user.get': get,
  'user.put': put,
  'user.delete': remove,
  'users.without-permissions': withoutPermissions,
  'users.bulk-delete': bulkDelete,
};
