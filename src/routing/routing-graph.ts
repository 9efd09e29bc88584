import type { FieldTable } from '../wire/field-table.ts';
import type { MessageView } from '../wire/message-view.ts';
import { shortstrText } from '../wire/octets.ts';
import { createMatcher } from './create-matcher.ts';
import { tableKey } from './field-value-key.ts';
import type { ExchangeType } from './matcher.ts';
import { Binding, ExchangeNode, QueueNode } from './nodes.ts';
import type { Route } from './route.ts';
import { RouteFinder } from './route-finder.ts';
import { RouteInterner } from './route-interner.ts';
import { RouteInvalidation } from './route-invalidation.ts';

/** Name of the exchange that every queue is bound to by its own name. */
export const DEFAULT_EXCHANGE = '';

const NO_ARGUMENTS: FieldTable = {};

/**
 * The exchanges of one virtual host, their bindings, and the routes that messages take.
 *
 * `Q` is whatever stands for a queue; the graph only passes it on. The graph knows no access rules:
 * it binds to the default exchange, rebinds and deletes whatever it is asked to.
 *
 * Methods that name an exchange throw an Error if there is none, unless they say otherwise.
 */
export class RoutingGraph<Q extends object> {
  private readonly exchanges = new Map<string, ExchangeNode<Q>>();
  private readonly queues = new Map<Q, QueueNode<Q>>();
  private queueSerial = 0;
  private readonly interner = new RouteInterner<Q>();
  private readonly finder = new RouteFinder<Q>(this.exchanges, this.interner);
  private readonly invalidation = new RouteInvalidation<Q>();

  constructor() {
    this.declareExchange(DEFAULT_EXCHANGE, 'direct');
  }

  /** Returns false, and changes nothing, if there is an exchange `name` already. */
  declareExchange(name: string, type: ExchangeType, alternate: string | null = null): boolean {
    if (this.exchanges.has(name)) return false;
    const exchange = new ExchangeNode<Q>(name, type, createMatcher(type));
    this.exchanges.set(name, exchange);
    this.invalidation.setAlternate(exchange, alternate);
    this.invalidation.exchangeDeclared(name);
    return true;
  }

  /**
   * Messages that match no binding of the exchange `name` go on to `alternate`, which need not
   * exist; null for none.
   */
  setAlternate(name: string, alternate: string | null): void {
    this.invalidation.setAlternate(this.requireExchange(name), alternate);
  }

  /** Returns the bindings that went with the exchange: those from it, then those to it. */
  deleteExchange(name: string): Binding<Q>[] {
    const exchange = this.requireExchange(name);
    this.invalidation.setAlternate(exchange, null);
    // A binding from the exchange to itself is among both.
    const dropped = new Set([...exchange.outgoing, ...exchange.incoming.values()]);
    for (const binding of dropped) this.drop(binding);
    this.exchanges.delete(name);
    return [...dropped];
  }

  /** Whether there is an exchange `name`. */
  hasExchange(name: string): boolean {
    return this.exchanges.has(name);
  }

  /**
   * The exchange `name`, for `routeFrom`, or null. It is the same one until the exchange is
   * deleted; after that it has no bindings.
   */
  exchange(name: string): ExchangeNode<Q> | null {
    return this.exchanges.get(name) ?? null;
  }

  /** Binds `queue` to the default exchange by its name. Returns false if it was there already. */
  addQueue(name: string, queue: Q): boolean {
    return this.bindQueue(DEFAULT_EXCHANGE, queue, name, NO_ARGUMENTS);
  }

  /**
   * Removes all bindings to `queue` and returns them, so that the exchanges which lost the last of
   * theirs can be found; costs nothing for the bindings of others.
   */
  removeQueue(queue: Q): Binding<Q>[] {
    const dropped = this.bindingsOf(queue);
    for (const binding of dropped) this.drop(binding);
    return dropped;
  }

  /** Returns false if there was such a binding: same exchange, queue, routing key and arguments. */
  bindQueue(exchange: string, queue: Q, routingKey: string, args: FieldTable): boolean {
    const source = this.requireExchange(exchange);
    let node = this.queues.get(queue);
    if (node === undefined) {
      node = new QueueNode(queue, this.queueSerial++);
      this.queues.set(queue, node);
    }
    return this.bind(source, node, routingKey, args);
  }

  /** Returns false if there was no such binding, or no such exchange. */
  unbindQueue(exchange: string, queue: Q, routingKey: string, args: FieldTable): boolean {
    return this.unbind(exchange, this.queues.get(queue), routingKey, args);
  }

  /** Like `bindQueue`, for what matches to go on to the exchange `destination`. */
  bindExchange(source: string, destination: string, routingKey: string, args: FieldTable): boolean {
    const target = this.requireExchange(destination);
    return this.bind(this.requireExchange(source), target, routingKey, args);
  }

  /** Returns false if there was no such binding, or no such exchange. */
  unbindExchange(
    source: string,
    destination: string,
    routingKey: string,
    args: FieldTable,
  ): boolean {
    return this.unbind(source, this.exchanges.get(destination), routingKey, args);
  }

  /** The bindings to `queue`, the oldest first, that to the default exchange included. */
  bindingsOf(queue: Q): Binding<Q>[] {
    const node = this.queues.get(queue);
    return node === undefined ? [] : [...node.incoming.values()];
  }

  /** The bindings from the exchange `name`, the oldest first. */
  bindings(name: string): Binding<Q>[] {
    return [...this.requireExchange(name).outgoing];
  }

  /** The number of bindings from the exchange `name`. */
  bindingCount(name: string): number {
    return this.requireExchange(name).outgoing.size;
  }

  /** Where the message at `view` goes from the exchange `name`; null if there is none. */
  route(name: string, view: MessageView): Route<Q> | null {
    const exchange = this.exchanges.get(name);
    return exchange === undefined ? null : this.routeFrom(exchange, view);
  }

  /** Where the message at `view` goes from `exchange`. */
  routeFrom(exchange: ExchangeNode<Q>, view: MessageView): Route<Q> {
    if (exchange.constantRoute !== null) return exchange.constantRoute;
    if (exchange.memo !== null) {
      const from = view.routingKeyAt + 1;
      const to = from + view.envelope[view.routingKeyAt];
      const known = exchange.memo.lookup(view.envelope, from, to);
      if (known !== null) return known;
    }
    return this.finder.findAndRemember(exchange, view);
  }

  /**
   * Where the message at `view` goes from the exchange `name` by its own routing key and by
   * `moreKeys`, those of its CC and BCC headers; null if there is no such exchange.
   */
  routeKeys(name: string, moreKeys: readonly string[], view: MessageView): Route<Q> | null {
    const exchange = this.exchanges.get(name);
    return exchange === undefined ? null : this.routeKeysFrom(exchange, moreKeys, view);
  }

  /** The same from `exchange`. */
  routeKeysFrom(
    exchange: ExchangeNode<Q>,
    moreKeys: readonly string[],
    view: MessageView,
  ): Route<Q> {
    const ownKey = shortstrText(view.envelope, view.routingKeyAt);
    return this.finder.find(exchange, [ownKey, ...moreKeys], view);
  }

  private bind(
    source: ExchangeNode<Q>,
    destination: QueueNode<Q> | ExchangeNode<Q>,
    routingKey: string,
    args: FieldTable,
  ): boolean {
    const identity = bindingIdentity(source.name, routingKey, args);
    if (destination.incoming.has(identity)) return false;
    const binding = new Binding(source, destination, routingKey, args);
    destination.incoming.set(identity, binding);
    source.outgoing.add(binding);
    source.matcher.insert(binding);
    if (destination instanceof ExchangeNode) {
      destination.upstreams.set(source, (destination.upstreams.get(source) ?? 0) + 1);
    }
    this.invalidation.bindingChanged(source, routingKey);
    return true;
  }

  private unbind(
    source: string,
    destination: QueueNode<Q> | ExchangeNode<Q> | undefined,
    routingKey: string,
    args: FieldTable,
  ): boolean {
    const binding = destination?.incoming.get(bindingIdentity(source, routingKey, args));
    if (binding === undefined) return false;
    this.drop(binding);
    return true;
  }

  private drop(binding: Binding<Q>): void {
    const { source, destination, routingKey } = binding;
    destination.incoming.delete(bindingIdentity(source.name, routingKey, binding.arguments));
    source.outgoing.delete(binding);
    source.matcher.remove(binding);
    this.invalidation.bindingChanged(source, routingKey);
    if (destination instanceof ExchangeNode) {
      const count = destination.upstreams.get(source) ?? 0;
      if (count > 1) destination.upstreams.set(source, count - 1);
      else destination.upstreams.delete(source);
    } else if (destination.incoming.size === 0) {
      this.queues.delete(destination.queue);
      this.interner.forget(destination);
    }
  }

  private requireExchange(name: string): ExchangeNode<Q> {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) throw new Error(`There is no exchange '${name}'`);
    return exchange;
  }
}

/** Tells the bindings to one destination apart; both names are prefixed with their lengths. */
function bindingIdentity(source: string, routingKey: string, args: FieldTable): string {
  return `${source.length}:${source}${routingKey.length}:${routingKey}${tableKey(args)}`;
}
