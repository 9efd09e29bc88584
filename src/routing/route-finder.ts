import type { MessageView } from '../wire/message-view.ts';
import { shortstrEnd, shortstrText } from '../wire/octets.ts';
import { DEPENDS_ON_KEY, DEPENDS_ON_NOTHING } from './matcher.ts';
import { MessageHeaders } from './message-headers.ts';
import { type Binding, type ExchangeNode, QueueNode } from './nodes.ts';
import type { Route } from './route.ts';
import type { RouteInterner } from './route-interner.ts';
import { RouteMemo } from './route-memo.ts';

/**
 * Stands in decoded text for octets that are not UTF-8. Different octets give the same text with
 * it, so a route remembered by the one couldn't be forgotten by the other.
 */
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * Finds routes by walking the graph: from an exchange through the bindings that match, and to the
 * alternate exchange where none does. Each exchange is visited once, each queue found once, so
 * bindings may go in circles.
 *
 * As in RabbitMQ, an alternate exchange stands in for an exchange with no matching binding at all:
 * one that leads to an exchange which in turn finds no queue counts as a match.
 */
export class RouteFinder<Q extends object> {
  private readonly exchanges: ReadonlyMap<string, ExchangeNode<Q>>;
  private readonly interner: RouteInterner<Q>;
  private readonly headers = new MessageHeaders();
  private search = 0;
  /** What the search's result depends on so far: DEPENDS_ON_NOTHING, …_KEY or …_HEADERS. */
  private dependence: number = DEPENDS_ON_NOTHING;
  /** The one routing key of the message; reused. */
  private readonly ownKey = [''];
  private readonly queues: QueueNode<Q>[] = [];
  private readonly pending: ExchangeNode<Q>[] = [];
  private readonly hits: Binding<Q>[] = [];

  constructor(exchanges: ReadonlyMap<string, ExchangeNode<Q>>, interner: RouteInterner<Q>) {
    this.exchanges = exchanges;
    this.interner = interner;
  }

  /**
   * The route from `start` of the message at `view`, with `keys` for its routing keys.
   * @throws ProtocolError if a headers exchange finds that the message's headers are malformed
   */
  find(start: ExchangeNode<Q>, keys: readonly string[], view: MessageView): Route<Q> {
    this.search++;
    this.dependence = DEPENDS_ON_NOTHING;
    this.headers.open(view);
    try {
      this.reachExchange(start);
      for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
        this.visit(next, keys);
      }
      return this.interner.intern(this.queues);
    } finally {
      this.close();
    }
  }

  /** The same for the message's own routing key, remembered for the next message that has it. */
  findAndRemember(start: ExchangeNode<Q>, view: MessageView): Route<Q> {
    const key = shortstrText(view.envelope, view.routingKeyAt);
    this.ownKey[0] = key;
    const route = this.find(start, this.ownKey, view);
    if (this.dependence === DEPENDS_ON_NOTHING) {
      start.constantRoute = route;
    } else if (this.dependence === DEPENDS_ON_KEY && !key.includes(REPLACEMENT_CHARACTER)) {
      start.memo ??= new RouteMemo();
      const from = view.routingKeyAt + 1;
      start.memo.store(view.envelope, from, shortstrEnd(view.envelope, view.routingKeyAt), route);
    }
    return route;
  }

  private visit(exchange: ExchangeNode<Q>, keys: readonly string[]): void {
    const { hits } = this;
    exchange.observed = true;
    this.dependence = Math.max(this.dependence, exchange.matcher.dependence);
    exchange.matcher.match(keys, this.headers, hits);
    if (hits.length === 0 && exchange.alternate !== null) {
      const alternate = this.exchanges.get(exchange.alternate);
      if (alternate !== undefined) this.reachExchange(alternate);
    }
    for (let i = 0; i < hits.length; i++) {
      const { destination } = hits[i];
      if (destination instanceof QueueNode) this.reachQueue(destination);
      else this.reachExchange(destination);
    }
    hits.length = 0;
  }

  /** Leaves nothing of this search to the next one, nor in memory. */
  private close(): void {
    this.queues.length = 0;
    this.pending.length = 0;
    this.hits.length = 0;
    this.headers.close();
  }

  private reachQueue(node: QueueNode<Q>): void {
    if (node.reachedInSearch === this.search) return;
    node.reachedInSearch = this.search;
    this.queues.push(node);
  }

  private reachExchange(exchange: ExchangeNode<Q>): void {
    if (exchange.reachedInSearch === this.search) return;
    exchange.reachedInSearch = this.search;
    this.pending.push(exchange);
  }
}
