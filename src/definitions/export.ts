import type { BrokerCore } from '../amqp-control/broker-core.ts';
import type { User, UserLimits } from '../amqp-control/security/user.ts';
import type { Policy } from '../amqp-control/topology/policy.ts';
import type { VHost } from '../amqp-control/topology/vhost.ts';
import { identityOf } from '../config/identity.ts';
import { VERSION } from '../config/version.ts';
import { DEFAULT_EXCHANGE } from '../routing/routing-graph.ts';
import { tableToJson } from './json-table.ts';

type Item = Record<string, unknown>;

/** RabbitMQ's definitions, as JSON. */
export type ExportedDefinitions = Record<string, unknown>;

/**
 * All that an import needs to make the same broker, messages and exclusive queues apart. Passwords
 * are hashes: `core.logins.hashPlainPasswords()` must have seen to that.
 * @throws Error if a password isn't hashed
 */
export function exportDefinitions(core: BrokerCore): ExportedDefinitions {
  const vhosts = [...core.vhosts.values()];
  const users = [...core.accounts.users.values()];
  return {
    ...product(),
    users: users.map(exportUser),
    vhosts: vhosts.map(exportVhost),
    permissions: users.flatMap(exportPermissions),
    topic_permissions: users.flatMap(exportTopicPermissions),
    parameters: vhosts.flatMap((vhost) => withVhost(vhost, exportParameters(vhost))),
    global_parameters: [...core.globalParameters.all].map(([name, value]) => ({ name, value })),
    policies: vhosts.flatMap((vhost) => withVhost(vhost, exportPolicies(vhost))),
    queues: vhosts.flatMap((vhost) => withVhost(vhost, exportQueues(vhost))),
    exchanges: vhosts.flatMap((vhost) => withVhost(vhost, exportExchanges(vhost))),
    bindings: vhosts.flatMap((vhost) => withVhost(vhost, exportBindings(vhost))),
  };
}

/** What is in one virtual host, for an import into any other. */
export function exportVhostDefinitions(vhost: VHost): ExportedDefinitions {
  return {
    ...product(),
    parameters: exportParameters(vhost),
    policies: exportPolicies(vhost),
    queues: exportQueues(vhost),
    exchanges: exportExchanges(vhost),
    bindings: exportBindings(vhost),
  };
}

/** By which version of RabbitMQ the rest is to be read, and who wrote it. */
function product(): Item {
  const { version } = identityOf('rabbitmq');
  return {
    rabbit_version: version,
    rabbitmq_version: version,
    product_name: 'DirectMQ',
    product_version: VERSION,
  };
}

function withVhost({ name }: VHost, items: readonly Item[]): Item[] {
  return items.map((item) => ({ ...item, vhost: name }));
}

function exportUser({ name, password, tags, limits }: User): Item {
  if (password?.algorithm === 'plain') throw new Error(`the password of ${name} is not hashed`);
  return {
    name,
    password_hash: password?.hash ?? '',
    hashing_algorithm: password?.algorithm ?? 'rabbit_password_hashing_sha256',
    tags,
    limits: userLimits(limits),
  };
}

function userLimits({ connectionsMax, channelsMax }: UserLimits): Item {
  return finite({ 'max-connections': connectionsMax, 'max-channels': channelsMax });
}

function exportVhost({ name, metadata }: VHost): Item {
  const { description, tags, defaultQueueType } = metadata;
  const type = defaultQueueType === null ? {} : { default_queue_type: defaultQueueType };
  return { name, description, tags, ...type, metadata: { description, tags, ...type } };
}

function exportPermissions({ name, permissions }: User): Item[] {
  return [...permissions].map(([vhost, { patterns }]) => ({ user: name, vhost, ...patterns }));
}

function exportTopicPermissions({ name, topicPermissions }: User): Item[] {
  return [...topicPermissions].flatMap(([vhost, byExchange]) =>
    [...byExchange].map(([exchange, { patterns }]) => ({
      user: name,
      vhost,
      exchange,
      ...patterns,
    })),
  );
}

/** Limits and operator policies, which RabbitMQ keeps among its parameters. */
export function exportParameters({ limits, policies }: VHost): Item[] {
  const { connectionsMax, queuesMax } = limits;
  const value = finite({ 'max-connections': connectionsMax, 'max-queues': queuesMax });
  const ofVhost =
    Object.keys(value).length === 0 ? [] : [{ component: 'vhost-limits', name: 'limits', value }];
  const ofOperator = [...policies.policies('operator policy').values()].map((policy) => {
    const { name, ...rest } = exportPolicy(policy);
    return { component: 'operator_policy', name, value: rest };
  });
  return [...ofVhost, ...ofOperator];
}

function exportPolicies({ policies }: VHost): Item[] {
  return [...policies.policies('policy').values()].map(exportPolicy);
}

function exportPolicy({ name, pattern, applyTo, priority, definition }: Policy): Item {
  return { name, pattern, 'apply-to': applyTo, priority, definition };
}

function exportQueues(vhost: VHost): Item[] {
  return [...vhost.queues.values()]
    .filter(({ settings }) => settings.owner === null)
    .map(({ name, settings }) => ({
      name,
      durable: settings.durable,
      auto_delete: settings.autoDelete,
      arguments: tableToJson(settings.table),
    }));
}

function exportExchanges(vhost: VHost): Item[] {
  return [...vhost.exchanges.values()]
    .filter(({ predeclared }) => !predeclared)
    .map(({ name, type, durable, autoDelete, internal, table }) => ({
      name,
      type,
      durable,
      auto_delete: autoDelete,
      internal,
      arguments: tableToJson(table),
    }));
}

function exportBindings(vhost: VHost): Item[] {
  const sources = [...vhost.exchanges.keys()].filter((name) => name !== DEFAULT_EXCHANGE);
  return sources.flatMap((source) =>
    vhost.graph
      .bindings(source)
      .filter(({ queue }) => queue === null || queue.settings.owner === null)
      .map((binding) => ({
        source,
        destination: binding.queue === null ? binding.exchangeName : binding.queue.name,
        destination_type: binding.queue === null ? 'exchange' : 'queue',
        routing_key: binding.routingKey,
        arguments: tableToJson(binding.arguments),
      })),
  );
}

/** Those of the bounds that bound anything. */
function finite(bounds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== Infinity));
}
