import { headersBindingFault } from '../../routing/headers-binding.ts';
import type { ExchangeType } from '../../routing/matcher.ts';
import { DEFAULT_EXCHANGE, RoutingGraph } from '../../routing/routing-graph.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import { channelError } from '../../wire/protocol-error.ts';
import {
  ACCESS_REFUSED,
  NOT_FOUND,
  PRECONDITION_FAILED,
  RESOURCE_LOCKED,
} from '../../wire/reply-code.ts';
import type { QueueHost } from '../queues/queue.ts';
import { Queue } from '../queues/queue.ts';
import { parseQueueArguments } from '../queues/queue-arguments.ts';
import { combineRules, NO_RULES, type QueueRules } from '../queues/queue-rules.ts';
import { ChannelCounts, ExchangeCounts } from '../stats/counts.ts';
import { requireEqual, requireEqualArguments } from './equivalence.ts';
import type { Exchange } from './exchange.ts';
import { predeclaredExchanges, RESERVED_PREFIX } from './exchange.ts';
import { PolicyBook, policyRules } from './policy-book.ts';
import type { TopologyObserver } from './topology-observer.ts';

/** What Exchange.Declare asks for. */
export interface ExchangeRequest {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly table: FieldTable;
}

/** What Queue.Declare asks for, with the name already chosen. */
export interface QueueRequest {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly table: FieldTable;
  /** Number of the declaring connection. */
  readonly connection: number;
  /** See QueueSettings; not null for a queue that was there before a restart. */
  readonly storedLog?: number;
}

/** Bounds that the broker sets to the queues of every vhost; Infinity = none. */
export interface QueueLimits {
  readonly queuesMax: number;
  readonly queueLengthMax: number;
  readonly queueOctetsMax: number;
}

/** Bounds that are set for one vhost; Infinity = none. */
export interface VHostLimits {
  readonly connectionsMax: number;
  readonly queuesMax: number;
}

export const UNLIMITED_VHOST: VHostLimits = { connectionsMax: Infinity, queuesMax: Infinity };

/** What is said of a vhost to people and tools. */
export interface VHostMetadata {
  readonly description: string;
  readonly tags: readonly string[];
  /** The type of queues that are declared without x-queue-type; only `classic` can be had. */
  readonly defaultQueueType: string | null;
}

export const NO_METADATA: VHostMetadata = { description: '', tags: [], defaultQueueType: null };

/** Arguments that must be the same when a queue is declared again. */
const COMPARED_QUEUE_ARGUMENTS = [
  'x-expires',
  'x-message-ttl',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-priority',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-single-active-consumer',
] as const;

/** Exchanges, queues and bindings of one virtual host. Knows nothing of channels or permissions. */
export class VHost {
  readonly name: string;
  readonly graph = new RoutingGraph<Queue>();
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  /** What channels that have closed had counted. */
  readonly closedChannels = new ChannelCounts();
  /**
   * Moves with every change that can alter what a publication does; what was looked up before is
   * stale.
   */
  generation = 0;
  /** They are told of every change from the moment they are added. */
  readonly observers = new Set<TopologyObserver>();
  readonly policies: PolicyBook;
  metadata: VHostMetadata = NO_METADATA;
  limits: VHostLimits = UNLIMITED_VHOST;
  /** Connections that have it open. */
  connectionCount = 0;

  private readonly host: QueueHost;
  private readonly queueLimits: QueueLimits;

  constructor(name: string, host: QueueHost, queueLimits: QueueLimits) {
    this.name = name;
    this.host = host;
    this.queueLimits = queueLimits;
    this.policies = new PolicyBook(name);
    this.policies.observers.add(() => this.applyPolicies());
    for (const exchange of predeclaredExchanges()) this.addExchange(exchange);
  }

  /** @throws ProtocolError 404 */
  exchange(name: string): Exchange {
    const exchange = this.exchanges.get(name);
    if (exchange !== undefined) return exchange;
    throw channelError(NOT_FOUND, `no exchange '${name}' in vhost '${this.name}'`);
  }

  /**
   * The queue, as connection `connection` may use it.
   * @throws ProtocolError 404, or 405 if it is another connection's exclusive queue
   */
  queue(name: string, connection: number): Queue {
    const queue = this.queues.get(name);
    if (queue === undefined) {
      throw channelError(NOT_FOUND, `no queue '${name}' in vhost '${this.name}'`);
    }
    this.requireAccess(queue, connection);
    return queue;
  }

  /** @throws ProtocolError 403 for a reserved name, 406 if it exists and differs */
  declareExchange(request: ExchangeRequest): Exchange {
    const { name } = request;
    const existing = this.exchanges.get(name);
    if (existing !== undefined) {
      this.requireSameExchange(existing, request);
      return existing;
    }
    if (name.startsWith(RESERVED_PREFIX)) {
      throw channelError(
        ACCESS_REFUSED,
        `exchange name '${name}' contains reserved prefix '${RESERVED_PREFIX}*'`,
      );
    }
    const alternate = request.table['alternate-exchange'];
    if (alternate !== undefined && typeof alternate !== 'string') {
      throw channelError(
        PRECONDITION_FAILED,
        `invalid arg 'alternate-exchange' for exchange '${name}': must be a string`,
      );
    }
    const declaredAlternate = alternate ?? null;
    const exchange = {
      ...request,
      declaredAlternate,
      alternate: declaredAlternate,
      predeclared: false,
      counts: new ExchangeCounts(),
    };
    exchange.alternate = this.alternateOf(exchange);
    this.addExchange(exchange);
    return exchange;
  }

  /** Deletes an exchange with its bindings; one that doesn't exist is fine, as in RabbitMQ. */
  deleteExchange(name: string, ifUnused: boolean): void {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) return;
    if (exchange.predeclared) {
      throw channelError(ACCESS_REFUSED, `operation not permitted on ${describeExchange(name)}`);
    }
    if (ifUnused && this.graph.bindingCount(name) > 0) {
      throw channelError(PRECONDITION_FAILED, `exchange '${name}' in vhost '${this.name}' in use`);
    }
    this.removeExchange(name);
  }

  /**
   * @throws ProtocolError 405 if locked, 406 if it exists and differs or an argument is invalid,
   * 403 for a reserved name
   */
  declareQueue(request: QueueRequest): Queue {
    const { name } = request;
    const declared = parseQueueArguments(name, request.table);
    if (declared.mustBeDurable) this.requireDurable(request);
    const existing = this.queues.get(name);
    if (existing !== undefined) {
      this.requireSameQueue(existing, request);
      existing.touch();
      return existing;
    }
    const queuesMax = Math.min(this.limits.queuesMax, this.queueLimits.queuesMax);
    if (this.queues.size >= queuesMax && request.storedLog === undefined) {
      throw channelError(
        PRECONDITION_FAILED,
        `cannot declare queue '${name}': queue limit in vhost '${this.name}' ` +
          `(${queuesMax}) is reached`,
      );
    }
    const queue = new Queue(
      {
        number: this.host.takeQueueNumber(),
        name,
        vhost: this.name,
        durable: request.durable,
        autoDelete: request.autoDelete,
        owner: request.exclusive ? request.connection : null,
        table: request.table,
        declared,
        storedLog: request.storedLog ?? null,
      },
      this.rulesFor(name, declared.rules),
      this.host,
    );
    this.queues.set(name, queue);
    this.graph.addQueue(name, queue);
    this.generation++;
    this.host.queueCreated(queue);
    this.tell((observer) => observer.queueDeclared(this.name, queue));
    return queue;
  }

  /** In RabbitMQ's words. @throws ProtocolError 406 */
  private requireDurable({ name, durable, exclusive, autoDelete }: QueueRequest): void {
    for (const [property, isWrong] of [
      ['auto-delete', autoDelete],
      ['exclusive-owner', exclusive],
      ['non-durable', !durable],
    ] as const) {
      if (!isWrong) continue;
      const queue = `queue '${name}' in vhost '${this.name}'`;
      throw channelError(PRECONDITION_FAILED, `invalid property '${property}' for ${queue}`);
    }
  }

  /**
   * Deletes a queue with its bindings; one that doesn't exist is fine, as in RabbitMQ.
   * @returns how many ready messages went with it
   * @throws ProtocolError 405 if locked, 406 if a condition doesn't hold
   */
  deleteQueue(name: string, connection: number, ifUnused: boolean, ifEmpty: boolean): number {
    const queue = this.queues.get(name);
    if (queue === undefined) return 0;
    this.requireAccess(queue, connection);
    if (ifUnused && queue.consumers.count > 0) {
      throw channelError(PRECONDITION_FAILED, `queue '${name}' in vhost '${this.name}' in use`);
    }
    if (ifEmpty && queue.readyCount > 0) {
      throw channelError(PRECONDITION_FAILED, `queue '${name}' in vhost '${this.name}' not empty`);
    }
    const count = queue.readyCount;
    this.removeQueue(queue);
    return count;
  }

  /** Removes a queue whatever its state. */
  removeQueue(queue: Queue): void {
    if (queue.deleted) return;
    this.queues.delete(queue.name);
    const dropped = this.graph.removeQueue(queue);
    this.generation++;
    this.tell((observer) => observer.queueDeleted(this.name, queue));
    this.host.queueDeleted(queue);
    queue.close();
    for (const binding of dropped) this.deleteIfAbandoned(binding.sourceName);
  }

  /** Removes everything in it; its connections have been told to go. */
  clear(): void {
    for (const queue of this.queues.values()) this.removeQueue(queue);
    for (const { name } of this.exchanges.values()) {
      if (name !== DEFAULT_EXCHANGE && this.exchanges.has(name)) this.removeExchange(name);
    }
  }

  /**
   * @throws ProtocolError 404 for the exchange, 403 for the default exchange, 406 for invalid
   * arguments
   */
  bindQueue(queue: Queue, exchange: string, routingKey: string, table: FieldTable): void {
    this.requireBindable(exchange);
    this.requireArguments(exchange, table);
    if (!this.graph.bindQueue(exchange, queue, routingKey, table)) return;
    this.generation++;
    const destination = queue;
    this.tell((observer) =>
      observer.bound(this.name, { source: exchange, destination, routingKey, table }),
    );
  }

  /** Removes a binding; one that doesn't exist is fine, as in RabbitMQ. */
  unbindQueue(queue: Queue, exchange: string, routingKey: string, table: FieldTable): void {
    refuseDefault(exchange);
    if (!this.graph.unbindQueue(exchange, queue, routingKey, table)) return;
    this.generation++;
    const destination = queue;
    this.tell((observer) =>
      observer.unbound(this.name, { source: exchange, destination, routingKey, table }),
    );
    this.deleteIfAbandoned(exchange);
  }

  /** Binds exchange to exchange: what `source` gets and matches, `target` gets too. */
  bindExchange(target: string, source: string, routingKey: string, table: FieldTable): void {
    this.requireBindable(source);
    this.requireBindable(target);
    this.requireArguments(source, table);
    if (!this.graph.bindExchange(source, target, routingKey, table)) return;
    this.generation++;
    const destination = { exchange: target };
    this.tell((observer) => observer.bound(this.name, { source, destination, routingKey, table }));
  }

  unbindExchange(target: string, source: string, routingKey: string, table: FieldTable): void {
    refuseDefault(source);
    if (!this.graph.unbindExchange(source, target, routingKey, table)) return;
    this.generation++;
    const destination = { exchange: target };
    this.tell((observer) =>
      observer.unbound(this.name, { source, destination, routingKey, table }),
    );
    this.deleteIfAbandoned(source);
  }

  private requireBindable(exchange: string): void {
    refuseDefault(exchange);
    this.exchange(exchange);
  }

  private requireArguments(exchange: string, table: FieldTable): void {
    if (this.exchange(exchange).type !== 'headers') return;
    const fault = headersBindingFault(table);
    if (fault !== null) throw channelError(PRECONDITION_FAILED, fault);
  }

  private requireAccess(queue: Queue, connection: number): void {
    const { owner } = queue.settings;
    if (owner === null || owner === connection) return;
    throw this.locked(queue.name);
  }

  private locked(queue: string): Error {
    return channelError(
      RESOURCE_LOCKED,
      `cannot obtain exclusive access to locked queue '${queue}' in vhost '${this.name}'. ` +
        'It could be originally declared on another connection or the exclusive property value ' +
        'does not match that of the original declaration.',
    );
  }

  private requireSameExchange(existing: Exchange, request: ExchangeRequest): void {
    const what = `exchange '${existing.name}' in vhost '${this.name}'`;
    requireEqual('type', what, request.type, existing.type);
    // OpenAMQ's clients declare amq.direct anew with their own flags.
    if (existing.predeclared) return;
    requireEqual('durable', what, request.durable, existing.durable);
    requireEqual('auto_delete', what, request.autoDelete, existing.autoDelete);
    requireEqual('internal', what, request.internal, existing.internal);
    requireEqualArguments(['alternate-exchange'], what, request.table, existing.table);
  }

  private requireSameQueue(existing: Queue, request: QueueRequest): void {
    const { settings } = existing;
    const what = `queue '${existing.name}' in vhost '${this.name}'`;
    this.requireAccess(existing, request.connection);
    if (request.exclusive !== (settings.owner !== null)) throw this.locked(existing.name);
    requireEqual('durable', what, request.durable, settings.durable);
    requireEqual('auto_delete', what, request.autoDelete, settings.autoDelete);
    requireEqualArguments(COMPARED_QUEUE_ARGUMENTS, what, request.table, settings.table);
  }

  /** What applies to a queue: its arguments before policies, and the lowest of all bounds. */
  private rulesFor(name: string, declared: QueueRules): QueueRules {
    const { queueLengthMax, queueOctetsMax } = this.queueLimits;
    const ours = { ...NO_RULES, maxLength: queueLengthMax, maxLengthOctets: queueOctetsMax };
    return combineRules(combineRules(declared, policyRules(this.policies.forQueue(name))), ours);
  }

  private alternateOf({ name, declaredAlternate }: Exchange): string | null {
    const { policy } = this.policies.forExchange(name);
    return declaredAlternate ?? policy?.alternateExchange ?? null;
  }

  /** The policies have changed: what exists follows at once. */
  private applyPolicies(): void {
    for (const queue of this.queues.values()) {
      queue.applyRules(this.rulesFor(queue.name, queue.settings.declared.rules));
      this.host.queueRulesChanged(queue);
    }
    for (const exchange of this.exchanges.values()) {
      const alternate = this.alternateOf(exchange);
      if (alternate === exchange.alternate || exchange.name === DEFAULT_EXCHANGE) continue;
      exchange.alternate = alternate;
      this.graph.setAlternate(exchange.name, alternate);
      this.generation++;
      this.tell((observer) => observer.alternateChanged(this.name, exchange));
    }
  }

  private tell(say: (observer: TopologyObserver) => void): void {
    for (const observer of this.observers) say(observer);
  }

  private addExchange(exchange: Exchange): void {
    this.exchanges.set(exchange.name, exchange);
    if (exchange.name !== DEFAULT_EXCHANGE) {
      this.graph.declareExchange(exchange.name, exchange.type, exchange.alternate);
      this.tell((observer) => observer.exchangeDeclared(this.name, exchange));
    }
    this.generation++;
  }

  private removeExchange(name: string): void {
    this.exchanges.delete(name);
    const dropped = this.graph.deleteExchange(name);
    this.generation++;
    this.tell((observer) => observer.exchangeDeleted(this.name, name));
    for (const binding of dropped) this.deleteIfAbandoned(binding.sourceName);
  }

  /**
   * An auto-delete exchange goes when the last binding from it goes (RabbitMQ: "when last queue is
   * unbound").
   */
  private deleteIfAbandoned(name: string): void {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined || !exchange.autoDelete) return;
    if (this.graph.bindingCount(name) === 0) this.removeExchange(name);
  }
}

function refuseDefault(exchange: string): void {
  if (exchange !== DEFAULT_EXCHANGE) return;
  throw channelError(ACCESS_REFUSED, 'operation not permitted on the default exchange');
}

/** The exchange in words, for error texts. */
function describeExchange(name: string): string {
  return name === DEFAULT_EXCHANGE ? 'the default exchange' : `exchange '${name}'`;
}
