import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import type {
  BindingState,
  ExchangeState,
  NamedQueueState,
  QueueState,
  TopologyChange,
  VhostSnapshot,
} from '../../shards/shard-messages.ts';
import { Queue } from '../queues/queue.ts';
import type { Exchange } from '../topology/exchange.ts';
import type { BindingChange, TopologyObserver } from '../topology/topology-observer.ts';
import type { VHost } from '../topology/vhost.ts';
import type { DataPlane } from './data-plane.ts';

/** In QueueState: the queue's contents go to main. */
const TO_MAIN = -1;
const NOBODY = -1;

/** The way to the shards' copies; what is sent arrives in order. */
export type ShardCopies = Pick<
  DataPlane,
  'shardCount' | 'sendSnapshot' | 'deleteVhost' | 'sendChanges'
>;

/** Someone who waits for all shards to know the topology as it was. */
interface Waiter {
  /** Of the last change it waits for. */
  readonly sequence: number;
  readonly done: () => void;
}

/**
 * Keeps the shards' copies of the topology up to date: a snapshot of a virtual host for a shard
 * that gets its first sink there, then every change, in order, with a number that the shard says
 * back when it routes accordingly.
 */
export class TopologyMirror implements TopologyObserver {
  private readonly shards: ShardCopies;
  /** The shards that have a copy, by virtual host. */
  private readonly shardsByVhost = new Map<string, Set<number>>();
  private changes = new Map<string, TopologyChange[]>();
  /** Numbers that each shard has been sent and hasn't said back, in order. */
  private readonly outstanding: number[][];
  private waiters: Waiter[] = [];
  private sequence = 0;

  constructor(shards: ShardCopies) {
    this.shards = shards;
    this.outstanding = Array.from({ length: shards.shardCount }, () => []);
  }

  /** The shards that route messages of a virtual host. */
  shardsOf(vhost: string): readonly number[] {
    return [...(this.shardsByVhost.get(vhost) ?? [])];
  }

  /** Makes sure that a shard has a copy of the virtual host. @returns false if it had one */
  ensure(shard: number, vhost: VHost): boolean {
    const shards = this.shardsByVhost.get(vhost.name) ?? new Set();
    if (shards.has(shard)) return false;
    // What is waiting to be sent is in the snapshot already.
    this.flush();
    this.shardsByVhost.set(vhost.name, shards.add(shard));
    vhost.observers.add(this);
    this.shards.sendSnapshot(shard, snapshotOf(vhost));
    return true;
  }

  /** A virtual host is gone, and its sinks are being closed. */
  vhostDeleted(vhost: string): void {
    this.flush();
    for (const shard of this.shardsByVhost.get(vhost) ?? []) this.shards.deleteVhost(shard, vhost);
    this.shardsByVhost.delete(vhost);
  }

  /** A shard has begun anew and knows nothing. */
  shardReset(shard: number): void {
    for (const shards of this.shardsByVhost.values()) shards.delete(shard);
    this.outstanding[shard] = [];
    this.callWaiters();
  }

  /** Tells one shard where a queue's contents go. `barrier`: see TopologyChange. */
  switchQueue(shard: number, vhost: string, queue: QueueState, barrier: number): void {
    this.flush();
    this.send(shard, vhost, [{ kind: 'switchQueue', queue, number: barrier }], ++this.sequence);
  }

  /** Sends the changes that are waiting. */
  flush(): void {
    if (this.changes.size === 0) return;
    // Sending can lead back here, if the shard is in this thread.
    const waiting = this.changes;
    this.changes = new Map();
    for (const [vhost, changes] of waiting) {
      const sequence = ++this.sequence;
      for (const shard of this.shardsByVhost.get(vhost) ?? []) {
        this.send(shard, vhost, changes, sequence);
      }
    }
  }

  /** A shard routes by all changes up to this number. */
  synced(shard: number, sequence: number): void {
    const outstanding = this.outstanding[shard];
    while (outstanding.length > 0 && outstanding[0] <= sequence) outstanding.shift();
    this.callWaiters();
  }

  /**
   * Calls `done` when all shards route by the topology as it is now.
   * @returns false, and doesn't call, if they do so already
   */
  whenRouted(done: () => void): boolean {
    this.flush();
    if (this.knownTo(this.sequence)) return false;
    this.waiters.push({ sequence: this.sequence, done });
    return true;
  }

  exchangeDeclared(vhost: string, exchange: Exchange): void {
    this.add(vhost, { kind: 'exchangeDeclared', exchange: exchangeState(exchange) });
  }

  alternateChanged(vhost: string, { name, alternate }: Exchange): void {
    this.add(vhost, { kind: 'alternateChanged', name, alternate });
  }

  exchangeDeleted(vhost: string, name: string): void {
    this.add(vhost, { kind: 'exchangeDeleted', name });
  }

  queueDeclared(vhost: string, queue: Queue): void {
    this.add(vhost, { kind: 'queueDeclared', queue: queueState(queue) });
  }

  queueDeleted(vhost: string, queue: Queue): void {
    this.add(vhost, { kind: 'queueDeleted', queueNumber: queue.settings.number });
  }

  bound(vhost: string, binding: BindingChange): void {
    this.add(vhost, { kind: 'bound', binding: bindingState(binding) });
  }

  unbound(vhost: string, binding: BindingChange): void {
    this.add(vhost, { kind: 'unbound', binding: bindingState(binding) });
  }

  private add(vhost: string, change: TopologyChange): void {
    if ((this.shardsByVhost.get(vhost)?.size ?? 0) === 0) return;
    const changes = this.changes.get(vhost);
    if (changes === undefined) this.changes.set(vhost, [change]);
    else changes.push(change);
  }

  private send(
    shard: number,
    vhost: string,
    changes: readonly TopologyChange[],
    sequence: number,
  ): void {
    this.outstanding[shard].push(sequence);
    this.shards.sendChanges(shard, vhost, changes, sequence);
  }

  private knownTo(sequence: number): boolean {
    return this.outstanding.every((numbers) => numbers.length === 0 || numbers[0] > sequence);
  }

  private callWaiters(): void {
    while (this.waiters.length > 0 && this.knownTo(this.waiters[0].sequence)) {
      this.waiters.shift()?.done();
    }
  }
}

function snapshotOf(vhost: VHost): VhostSnapshot {
  const exchanges = [...vhost.exchanges.values()].filter(({ name }) => name !== DEFAULT_EXCHANGE);
  return {
    vhost: vhost.name,
    exchanges: exchanges.map(exchangeState),
    queues: [...vhost.queues.values()].map(queueState),
    bindings: exchanges.flatMap(({ name }) =>
      vhost.graph.bindings(name).map((binding) => ({
        source: name,
        queueNumber: binding.queue === null ? null : binding.queue.settings.number,
        exchange: binding.exchangeName,
        routingKey: binding.routingKey,
        arguments: binding.arguments,
      })),
    ),
  };
}

function exchangeState({ name, type, alternate }: Exchange): ExchangeState {
  return { name, type, alternate };
}

function queueState(queue: Queue): NamedQueueState {
  return {
    name: queue.name,
    queueNumber: queue.settings.number,
    writer: TO_MAIN,
    slot: 0,
    refusedOrigin: NOBODY,
    feed: null,
  };
}

function bindingState({ source, destination, routingKey, table }: BindingChange): BindingState {
  const toQueue = destination instanceof Queue;
  return {
    source,
    queueNumber: toQueue ? destination.settings.number : null,
    exchange: toQueue ? null : destination.exchange,
    routingKey,
    arguments: table,
  };
}
