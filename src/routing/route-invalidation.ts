import type { ExchangeNode } from './nodes.ts';
import { hasWildcard, TopicPattern } from './topic-pattern.ts';

/**
 * Makes exchanges forget the routes that a change may concern: those of the changed exchange, and
 * of all that lead to it by bindings or as their alternate.
 *
 * A message keeps its routing key all the way. So a binding that came or went at an exchange
 * concerns, there and everywhere upstream, only the messages with routing keys that it matches.
 *
 * Exchanges through which no remembered route leads are neither touched nor passed: a remembered
 * route of an exchange upstream of them would lead through them.
 */
export class RouteInvalidation<Q extends object> {
  /** Exchanges by the name of their alternate exchange. */
  private readonly usersOfAlternate = new Map<string, Set<ExchangeNode<Q>>>();

  /** Notes that `exchange` has the alternate `name` from now on, or none. */
  setAlternate(exchange: ExchangeNode<Q>, name: string | null): void {
    this.everythingChanged(exchange);
    if (exchange.alternate !== null) {
      const users = this.usersOfAlternate.get(exchange.alternate);
      if (users?.delete(exchange) === true && users.size === 0) {
        this.usersOfAlternate.delete(exchange.alternate);
      }
    }
    exchange.alternate = name;
    if (name === null) return;
    const users = this.usersOfAlternate.get(name);
    if (users === undefined) this.usersOfAlternate.set(name, new Set([exchange]));
    else users.add(exchange);
  }

  /** An exchange `name` came into being: it may be an alternate that was missing so far. */
  exchangeDeclared(name: string): void {
    for (const user of this.usersOfAlternate.get(name) ?? []) this.everythingChanged(user);
  }

  /** A binding from `exchange` with `routingKey` came or went. */
  bindingChanged(exchange: ExchangeNode<Q>, routingKey: string): void {
    if (!exchange.observed) return;
    switch (exchange.type) {
      case 'fanout':
        this.everythingChanged(exchange);
        return;
      case 'headers':
        // Routes that lead through a headers exchange are never remembered.
        return;
      case 'topic':
        if (hasWildcard(routingKey)) this.patternChanged(exchange, routingKey);
        else this.keyChanged(exchange, routingKey);
        return;
      case 'direct':
        this.keyChanged(exchange, routingKey);
    }
  }

  /** Any message's way through `exchange` may have changed. */
  everythingChanged(exchange: ExchangeNode<Q>): void {
    for (const concerned of this.observedUpstream(exchange)) {
      concerned.routesVersion++;
      concerned.constantRoute = null;
      concerned.memo?.forgetAll();
      concerned.observed = false;
    }
  }

  private patternChanged(exchange: ExchangeNode<Q>, routingKey: string): void {
    const pattern = new TopicPattern(routingKey);
    for (const concerned of this.observedUpstream(exchange)) {
      concerned.routesVersion++;
      concerned.memo?.forgetMatching(pattern);
    }
  }

  private keyChanged(exchange: ExchangeNode<Q>, routingKey: string): void {
    const key = Buffer.from(routingKey);
    for (const concerned of this.observedUpstream(exchange)) {
      concerned.routesVersion++;
      concerned.memo?.forgetKey(key);
    }
  }

  /** `exchange` and all upstream of it, as far as remembered routes lead through them. */
  private observedUpstream(exchange: ExchangeNode<Q>): Set<ExchangeNode<Q>> {
    const found = new Set<ExchangeNode<Q>>();
    if (exchange.observed) found.add(exchange);
    // Visits those added meanwhile, too: that is how a Set is iterated.
    for (const next of found) {
      for (const upstream of next.upstreams.keys()) if (upstream.observed) found.add(upstream);
      for (const user of this.usersOfAlternate.get(next.name) ?? []) {
        if (user.observed) found.add(user);
      }
    }
    return found;
  }
}
