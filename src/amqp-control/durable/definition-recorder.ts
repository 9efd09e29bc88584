import type { StoreClient } from '../../store/store-client.ts';
import { Queue } from '../queues/queue.ts';
import type { Exchange } from '../topology/exchange.ts';
import type { BindingChange, TopologyObserver } from '../topology/topology-observer.ts';
import type { VHost } from '../topology/vhost.ts';
import type { BindingDefinition } from './definitions.ts';
import {
  bindingDefinition,
  bindingKey,
  definitionKey,
  exchangeDefinition,
  queueDefinition,
} from './definitions.ts';

/** One end of bindings: an exchange or a queue of a virtual host. */
type EndKey = string;

/**
 * Has the store keep what is durable of the topology: durable exchanges, durable queues that belong
 * to no connection, and bindings between two of them.
 */
export class DefinitionRecorder implements TopologyObserver {
  private readonly store: StoreClient;
  /** Keys of kept bindings by their ends: they go when one of these goes. */
  private readonly bindings = new Map<EndKey, Set<string>>();
  private readonly exchanges = new Set<EndKey>();

  constructor(store: StoreClient) {
    this.store = store;
  }

  /** Records every change of a virtual host from now on; what is in it is kept already. */
  record(vhost: VHost): void {
    if (vhost.observers.has(this)) return;
    for (const { name, durable } of vhost.exchanges.values()) {
      if (durable) this.exchanges.add(endKey(vhost.name, false, name));
    }
    vhost.observers.add(this);
  }

  /** A binding is kept already. */
  knowBinding(definition: BindingDefinition): void {
    const key = bindingKey(definition);
    for (const end of endsOf(definition)) {
      const keys = this.bindings.get(end);
      if (keys === undefined) this.bindings.set(end, new Set([key]));
      else keys.add(key);
    }
  }

  exchangeDeclared(vhost: string, exchange: Exchange): void {
    if (!exchange.durable) return;
    this.exchanges.add(endKey(vhost, false, exchange.name));
    if (exchange.predeclared) return;
    const key = definitionKey('exchange', vhost, exchange.name);
    this.store.define(key, JSON.stringify(exchangeDefinition(vhost, exchange)));
  }

  alternateChanged(): void {
    // It follows from the exchange's arguments and from policies, which are kept themselves.
  }

  exchangeDeleted(vhost: string, name: string): void {
    const end = endKey(vhost, false, name);
    if (!this.exchanges.delete(end)) return;
    this.store.undefine(definitionKey('exchange', vhost, name));
    this.forgetBindings(end);
  }

  queueDeclared(vhost: string, queue: Queue): void {
    if (!queue.isKept) return;
    const key = definitionKey('queue', vhost, queue.name);
    this.store.define(key, JSON.stringify(queueDefinition(queue)));
  }

  queueDeleted(vhost: string, queue: Queue): void {
    if (!queue.isKept) return;
    this.store.undefine(definitionKey('queue', vhost, queue.name));
    this.forgetBindings(endKey(vhost, true, queue.name));
  }

  bound(vhost: string, binding: BindingChange): void {
    if (!this.isKept(vhost, binding)) return;
    const definition = bindingDefinition(vhost, binding);
    this.knowBinding(definition);
    this.store.define(bindingKey(definition), JSON.stringify(definition));
  }

  unbound(vhost: string, binding: BindingChange): void {
    if (!this.isKept(vhost, binding)) return;
    const definition = bindingDefinition(vhost, binding);
    const key = bindingKey(definition);
    for (const end of endsOf(definition)) this.bindings.get(end)?.delete(key);
    this.store.undefine(key);
  }

  private isKept(vhost: string, { source, destination }: BindingChange): boolean {
    if (!this.exchanges.has(endKey(vhost, false, source))) return false;
    if (destination instanceof Queue) return destination.isKept;
    return this.exchanges.has(endKey(vhost, false, destination.exchange));
  }

  /** The other end's set keeps keys that are gone: they are undefined once more, which is fine. */
  private forgetBindings(end: EndKey): void {
    for (const key of this.bindings.get(end) ?? []) this.store.undefine(key);
    this.bindings.delete(end);
  }
}

function endsOf(definition: BindingDefinition): readonly EndKey[] {
  const { vhost, source, toQueue, destination } = definition;
  return [endKey(vhost, false, source), endKey(vhost, toQueue, destination)];
}

function endKey(vhost: string, isQueue: boolean, name: string): EndKey {
  return JSON.stringify([vhost, isQueue, name]);
}
