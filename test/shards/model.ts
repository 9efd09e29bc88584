import type {
  BindingState,
  ExchangeState,
  NamedQueueState,
  TopologyChange,
  VhostSnapshot,
} from '../../src/shards/shard-messages.ts';
import { NaiveRouter } from '../routing/naive-router.ts';
import { type ContentParts, content, IMMEDIATE, MANDATORY } from './contents.ts';

/** A content that a model's sink has sent, and how it must look where it is delivered. */
export interface ModelContent extends ContentParts {
  readonly key: string;
  readonly options: number;
}

/** What a virtual host is, and where contents must go, found out the slow way. */
export class Model {
  readonly exchanges = new Map<string, ExchangeState>();
  readonly queues = new Map<number, NamedQueueState>();
  bindings: BindingState[] = [];

  /** Does what the change says, as far as it is possible. @returns whether it was */
  apply(change: TopologyChange): boolean {
    switch (change.kind) {
      case 'exchangeDeclared':
        return this.declareExchange(change.exchange);
      case 'alternateChanged':
        return this.setAlternate(change.name, change.alternate);
      case 'exchangeDeleted':
        this.bindings = this.bindings.filter(
          ({ source, exchange }) => source !== change.name && exchange !== change.name,
        );
        return this.exchanges.delete(change.name);
      case 'queueDeclared':
        this.queues.set(change.queue.queueNumber, change.queue);
        return true;
      case 'queueDeleted':
        this.bindings = this.bindings.filter((b) => b.queueNumber !== change.queueNumber);
        return this.queues.delete(change.queueNumber);
      case 'bound':
        return this.bind(change.binding);
      case 'unbound':
        return this.unbind(change.binding);
      case 'switchQueue':
        return this.switchQueue(change.queue);
    }
  }

  private setAlternate(name: string, alternate: string | null): boolean {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) return false;
    this.exchanges.set(name, { ...exchange, alternate });
    return true;
  }

  snapshot(): Omit<VhostSnapshot, 'vhost'> {
    const { exchanges, queues, bindings } = this;
    return { exchanges: [...exchanges.values()], queues: [...queues.values()], bindings };
  }

  /** Where a content from `sink` must arrive, as a rig names the places. */
  placesFor(exchange: string, sent: ModelContent, sink: number, connection: number): string[] {
    const { options } = sent;
    const routed = this.route(exchange, sent);
    if (routed.length === 0) {
      return (options & (MANDATORY | IMMEDIATE)) === 0 ? [] : [`unrouted ${sink}`];
    }
    const takers = routed.filter(({ refusedOrigin }) => refusedOrigin !== connection);
    const feeds = takers.filter(({ writer }) => writer >= 0).map(({ slot }) => `feed ${slot}`);
    const numbers = takers.filter(({ writer }) => writer < 0).map((queue) => queue.queueNumber);
    if ((options & IMMEDIATE) === 0) return [...feeds, ...numbers.map((n) => `queue ${n}`)];
    if (numbers.length === 0 && feeds.length > 0) return feeds;
    const returnTo = feeds.length > 0 ? -1 : sink;
    return [...feeds, `immediate ${numbers.sort().join(',')} or ${returnTo}`];
  }

  private route(exchange: string, { key, headers = {} }: ModelContent): NamedQueueState[] {
    const router = new NaiveRouter();
    router.declareExchange('', 'direct', null);
    for (const { name, type, alternate } of this.exchanges.values()) {
      router.declareExchange(name, type, alternate);
    }
    for (const queue of this.queues.values()) {
      const destination = String(queue.queueNumber);
      router.bind({ source: '', kind: 'queue', destination, key: queue.name, args: {} });
    }
    for (const { source, queueNumber, exchange: to, routingKey, arguments: args } of this
      .bindings) {
      const kind = queueNumber === null ? 'exchange' : 'queue';
      router.bind({ source, kind, destination: to ?? String(queueNumber), key: routingKey, args });
    }
    return router.route(exchange, [key], headers).flatMap((n) => this.queues.get(Number(n)) ?? []);
  }

  private declareExchange(exchange: ExchangeState): boolean {
    if (this.exchanges.has(exchange.name)) return false;
    this.exchanges.set(exchange.name, exchange);
    return true;
  }

  private bind(binding: BindingState): boolean {
    if (!this.exchanges.has(binding.source)) return false;
    if (binding.exchange !== null && !this.exchanges.has(binding.exchange)) return false;
    if (binding.queueNumber !== null && !this.queues.has(binding.queueNumber)) return false;
    this.unbind(binding);
    this.bindings.push(binding);
    return true;
  }

  private unbind(binding: BindingState): boolean {
    if (binding.queueNumber !== null && !this.queues.has(binding.queueNumber)) return false;
    const identity = JSON.stringify(binding);
    this.bindings = this.bindings.filter((other) => JSON.stringify(other) !== identity);
    return true;
  }

  private switchQueue(queue: { readonly queueNumber: number }): boolean {
    const known = this.queues.get(queue.queueNumber);
    if (known === undefined) return false;
    this.queues.set(known.queueNumber, { ...known, ...queue });
    return true;
  }
}

/** The octets that a sink of `exchange` delivers for `sent`: with a name and without options. */
export function deliveredForm(exchange: string, sent: ModelContent): string {
  return content({ ...sent, exchange, options: 0 }).toString('latin1');
}
