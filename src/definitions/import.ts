import type { BrokerCore } from '../amqp-control/broker-core.ts';
import { parseQueueArguments } from '../amqp-control/queues/queue-arguments.ts';
import { readHashedPassword } from '../amqp-control/security/password-hash.ts';
import { Permissions, TopicPermissions } from '../amqp-control/security/permissions.ts';
import { EXCHANGE_TYPES, RESERVED_PREFIX } from '../amqp-control/topology/exchange.ts';
import {
  keysWithoutMeaning,
  type PolicyKind,
  type PolicyRequest,
  type PolicyTarget,
  parsePolicy,
} from '../amqp-control/topology/policy.ts';
import type { VHost } from '../amqp-control/topology/vhost.ts';
import { DEFAULT_EXCHANGE } from '../routing/routing-graph.ts';
import { tableFromJson } from './json-table.ts';
import { type Definitions, DefinitionsError } from './schema.ts';

/** The number that no connection has: who declares what is imported. */
const NO_CONNECTION = 0;

/** An import that was found possible. Both parts must be done in a turn of the broker. */
export interface ImportPlan {
  /** What is imported otherwise than it says, or not at all, and why. */
  readonly notes: readonly string[];
  /** Makes or changes users, virtual hosts, permissions, limits and policies. */
  administer(): void;
  /** Then declares the exchanges, queues and bindings that don't exist. */
  declare(): void;
}

/**
 * Checks definitions as a whole before anything is changed. What exists stays: exchanges and queues
 * are not compared with it.
 * @param vhost where things are that don't say it themselves (an export of one virtual host)
 * @throws DefinitionsError naming the first item that can't be imported
 */
export function planImport(
  core: BrokerCore,
  definitions: Definitions,
  vhost: string | null = null,
): ImportPlan {
  return new Importer(core, definitions, vhost);
}

class Importer implements ImportPlan {
  readonly notes: string[] = [];
  private readonly core: BrokerCore;
  private readonly definitions: Definitions;
  private readonly defaultVhost: string | null;
  private readonly administration: (() => void)[] = [];
  private readonly topology: (() => void)[] = [];
  /** `exchange NAME` or `queue NAME` by virtual host: what bindings can't refer to. */
  private readonly skipped = new Set<string>();

  constructor(core: BrokerCore, definitions: Definitions, defaultVhost: string | null) {
    this.core = core;
    this.definitions = definitions;
    this.defaultVhost = defaultVhost;
    this.planVhosts();
    this.planUsers();
    this.planPermissions();
    this.planParameters();
    this.planPolicies();
    this.planExchanges();
    this.planQueues();
    this.planBindings();
  }

  administer(): void {
    for (const step of this.administration) step();
  }

  declare(): void {
    for (const step of this.topology) step();
  }

  private planVhosts(): void {
    this.each('vhosts', ({ name, metadata, limits, ...item }) => {
      const description = metadata?.description ?? item.description ?? '';
      const tags = metadata?.tags ?? item.tags;
      const type = metadata?.default_queue_type ?? item.default_queue_type ?? null;
      if (type !== null && type !== 'classic' && type !== 'undefined') {
        this.notes.push(
          `vhost '${name}': default queue type ${type} is not available, queues are classic`,
        );
      }
      const defaultQueueType = type === 'undefined' ? null : type;
      this.administration.push(() =>
        this.core.vhostBook.put(name, { description, tags, defaultQueueType }),
      );
      if (limits !== undefined) this.planLimits(name, objectOf(limits));
    });
  }

  private planUsers(): void {
    this.each('users', ({ name, tags, limits = {}, password_hash, hashing_algorithm }) => {
      const password = readHashedPassword(hashing_algorithm, password_hash);
      const bounds = Array.isArray(limits) ? {} : limits;
      const connectionsMax = boundOf(bounds['max-connections']);
      const channelsMax = boundOf(bounds['max-channels']);
      this.administration.push(() => {
        const { accounts } = this.core;
        accounts.putUser({ name, password, tags });
        accounts.setLimits(name, { connectionsMax, channelsMax });
      });
    });
  }

  private planPermissions(): void {
    this.each('permissions', ({ user, vhost, configure, write, read }) => {
      this.requireUser(user);
      this.requireVhost(vhost);
      const patterns = new Permissions({ configure, write, read }).patterns;
      this.administration.push(() => this.core.accounts.setPermissions(user, vhost, patterns));
    });
    this.each('topic_permissions', ({ user, vhost, exchange, write, read }) => {
      this.requireUser(user);
      this.requireVhost(vhost);
      const { patterns } = new TopicPermissions({ write, read }, { username: user, vhost });
      this.administration.push(() =>
        this.core.accounts.setTopicPermissions(user, vhost, exchange, patterns),
      );
    });
  }

  private planParameters(): void {
    this.each('parameters', (item) => {
      const vhost = this.vhostOf(item);
      if (item.component === 'operator_policy') {
        const { pattern, priority, definition, 'apply-to': applyTo } = objectOf(item.value);
        this.planPolicy('operator policy', vhost, {
          name: item.name,
          pattern: String(pattern),
          applyTo: (applyTo ?? 'all') as PolicyTarget,
          priority: Number(priority ?? 0),
          definition: tableFromJson(objectOf(definition)),
        });
      } else if (item.component === 'vhost-limits') {
        this.planLimits(vhost, objectOf(item.value));
      } else {
        this.notes.push(
          `parameter '${item.name}' of '${item.component}' in vhost '${vhost}' is ignored`,
        );
      }
    });
    this.each('global_parameters', ({ name, value }) => {
      this.administration.push(() => this.core.globalParameters.put(name, value));
    });
  }

  private planLimits(vhost: string, bounds: Readonly<Record<string, unknown>>): void {
    const connectionsMax = boundOf(bounds['max-connections']);
    const queuesMax = boundOf(bounds['max-queues']);
    this.administration.push(() =>
      this.core.vhostBook.setLimits(vhost, { connectionsMax, queuesMax }),
    );
  }

  private planPolicies(): void {
    this.each('policies', (item) => {
      this.planPolicy('policy', this.vhostOf(item), {
        name: item.name,
        pattern: item.pattern,
        applyTo: item['apply-to'] as PolicyTarget,
        priority: item.priority,
        definition: tableFromJson(objectOf(item.definition)),
      });
    });
  }

  private planPolicy(kind: PolicyKind, vhost: string, request: PolicyRequest): void {
    const policy = parsePolicy(kind, request);
    const unused = keysWithoutMeaning(policy);
    if (unused.length > 0) {
      const what = `${kind} '${policy.name}' in vhost '${vhost}'`;
      this.notes.push(`${what}: ${unused.join(', ')} mean nothing here`);
    }
    this.administration.push(() => this.core.vhostBook.get(vhost).policies.put(kind, policy));
  }

  private planExchanges(): void {
    this.each('exchanges', (item) => {
      const { name, durable, internal } = item;
      const vhost = this.vhostOf(item);
      if (name === DEFAULT_EXCHANGE || name.startsWith(RESERVED_PREFIX)) return;
      const type = EXCHANGE_TYPES.find((known) => known === item.type);
      if (type === undefined) {
        this.skip('exchange', vhost, name, `type ${item.type} is not available`);
        return;
      }
      const table = tableFromJson(item.arguments ?? {});
      this.topology.push(() => {
        const target = this.core.vhostBook.get(vhost);
        if (target.exchanges.has(name)) return;
        target.declareExchange({
          name,
          type,
          durable,
          autoDelete: item.auto_delete,
          internal,
          table,
        });
      });
    });
  }

  private planQueues(): void {
    this.each('queues', (item) => {
      const { name, durable } = item;
      const vhost = this.vhostOf(item);
      const table = tableFromJson(item.arguments ?? {});
      const { 'x-queue-type': type = 'classic' } = table;
      if (type === 'stream') {
        this.skip('queue', vhost, name, 'streams are not available');
        return;
      }
      if (type !== 'classic') {
        this.notes.push(
          `queue '${name}' in vhost '${vhost}': type ${type} is not available, it is a ` +
            'durable classic queue, whose messages are on this machine only',
        );
      }
      parseQueueArguments(name, table);
      this.topology.push(() => {
        const target = this.core.vhostBook.get(vhost);
        if (target.queues.has(name)) return;
        target.declareQueue({
          name,
          durable,
          autoDelete: item.auto_delete,
          exclusive: false,
          table,
          connection: NO_CONNECTION,
        });
      });
    });
  }

  private planBindings(): void {
    this.each('bindings', (item) => {
      const vhost = this.vhostOf(item);
      const { source, destination, destination_type: kind, routing_key: key } = item;
      // Every queue is bound to it by its own name anyway.
      if (source === DEFAULT_EXCHANGE) return;
      const ends = [`exchange ${source}`, `${kind} ${destination}`];
      if (ends.some((end) => this.skipped.has(keyOf(vhost, end)))) return;
      this.requireDefined(vhost, 'exchange', source);
      this.requireDefined(vhost, kind, destination);
      const table = tableFromJson(item.arguments ?? {});
      this.topology.push(() => {
        const target = this.core.vhostBook.get(vhost);
        if (kind === 'queue') {
          const queue = target.queues.get(destination);
          if (queue !== undefined) target.bindQueue(queue, source, key, table);
        } else {
          target.bindExchange(destination, source, key, table);
        }
      });
    });
  }

  /** Plans each item of a list. @throws DefinitionsError that begins with the item's place */
  private each<Kind extends keyof Definitions & string>(
    kind: Kind,
    plan: (item: ItemOf<Kind>) => void,
  ): void {
    const items = this.definitions[kind] as readonly ItemOf<Kind>[];
    for (const [index, item] of items.entries()) {
      try {
        plan(item);
      } catch (error) {
        throw new DefinitionsError(
          `${kind}[${index}]: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  private skip(kind: string, vhost: string, name: string, why: string): void {
    this.skipped.add(keyOf(vhost, `${kind} ${name}`));
    this.notes.push(`${kind} '${name}' in vhost '${vhost}' is left out: ${why}`);
  }

  private vhostOf({ vhost }: { readonly vhost?: string | undefined }): string {
    const name = vhost ?? this.defaultVhost;
    if (name === null) throw new Error('vhost is missing');
    this.requireVhost(name);
    return name;
  }

  private requireVhost(name: string): void {
    const defined = this.definitions.vhosts.some((vhost) => vhost.name === name);
    if (!defined && !this.core.vhosts.has(name)) throw new Error(`there is no vhost '${name}'`);
  }

  private requireUser(name: string): void {
    const defined = this.definitions.users.some((user) => user.name === name);
    if (!defined && !this.core.accounts.users.has(name)) {
      throw new Error(`there is no user '${name}'`);
    }
  }

  private requireDefined(vhost: string, kind: 'exchange' | 'queue', name: string): void {
    const present = this.core.vhosts.get(vhost);
    if (present !== undefined && isPresent(present, kind, name)) return;
    if (kind === 'exchange' && name.startsWith(RESERVED_PREFIX)) return;
    const items = kind === 'exchange' ? this.definitions.exchanges : this.definitions.queues;
    const isDefined = items.some(
      (item) => item.name === name && (item.vhost ?? this.defaultVhost) === vhost,
    );
    if (!isDefined) throw new Error(`there is no ${kind} '${name}' in vhost '${vhost}'`);
  }
}

type ItemOf<Kind extends keyof Definitions> = Definitions[Kind] extends readonly (infer Item)[]
  ? Item
  : never;

function isPresent(vhost: VHost, kind: 'exchange' | 'queue', name: string): boolean {
  return kind === 'exchange' ? vhost.exchanges.has(name) : vhost.queues.has(name);
}

function keyOf(vhost: string, what: string): string {
  return JSON.stringify([vhost, what]);
}

/** RabbitMQ's -1 means no bound. */
function boundOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : Infinity;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  // RabbitMQ exports some objects as lists of names and values, and empty ones as empty lists.
  if (Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    return Object.fromEntries(value);
  }
  throw new Error('a value is no object');
}
