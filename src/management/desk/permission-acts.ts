import type { User } from '../../amqp-control/security/user.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { badRequest } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import type { Arguments } from './arguments.ts';

const list: Act = ({ core }) => [...core.accounts.users.values()].flatMap(permissionsJson);

const put: Act = (context, given) => {
  given.require('configure', 'write', 'read');
  const { user, vhost } = requireBoth(context, given);
  const created = !user.permissions.has(vhost);
  const patterns = {
    configure: given.text('configure'),
    write: given.text('write'),
    read: given.text('read'),
  };
  context.core.accounts.setPermissions(user.name, vhost, patterns);
  return { created };
};

const clear: Act = (context, given) => {
  const { user, vhost } = requireBoth(context, given);
  return { existed: context.core.accounts.clearPermissions(user.name, vhost) };
};

const listTopic: Act = ({ core }) =>
  [...core.accounts.users.values()].flatMap(topicPermissionsJson);

const putTopic: Act = (context, given) => {
  given.require('exchange', 'write', 'read');
  const { user, vhost } = requireBoth(context, given);
  const exchange = given.text('exchange');
  const created = user.topicPermissionsFor(vhost, exchange) === null;
  const patterns = { write: given.text('write'), read: given.text('read') };
  context.core.accounts.setTopicPermissions(user.name, vhost, exchange, patterns);
  return { created };
};

const clearTopic: Act = (context, given) => {
  const { user, vhost } = requireBoth(context, given);
  const exchange = given.has('exchange') ? given.text('exchange') : null;
  return { existed: context.core.accounts.clearTopicPermissions(user.name, vhost, exchange) };
};

export function permissionsJson(user: User): JsonObject[] {
  return [...user.permissions].map(([vhost, { patterns }]) => ({
    user: user.name,
    vhost,
    configure: patterns.configure,
    write: patterns.write,
    read: patterns.read,
  }));
}

export function topicPermissionsJson(user: User): JsonObject[] {
  return [...user.topicPermissions].flatMap(([vhost, byExchange]) =>
    [...byExchange].map(([exchange, { patterns }]) => ({
      user: user.name,
      vhost,
      exchange,
      write: patterns.write,
      read: patterns.read,
    })),
  );
}

/** @throws ApiError 400, RabbitMQ's status where user or virtual host are unknown */
function requireBoth({ core }: ActContext, given: Arguments): { user: User; vhost: string } {
  const user = core.accounts.users.get(given.text('user'));
  const vhost = given.text('vhost');
  if (user === undefined || !core.vhosts.has(vhost)) throw badRequest('vhost_or_user_not_found');
  return { user, vhost };
}

export const PERMISSION_ACTS = {
  'permissions.list': list,
  'permissions.put': put,
  'permissions.clear': clear,
  'topic-permissions.list': listTopic,
  'topic-permissions.put': putTopic,
  'topic-permissions.clear': clearTopic,
};
