import type { FieldTable } from '../wire/field-table.ts';
import type { ExchangeType, Matchable, Matcher } from './matcher.ts';
import type { Route } from './route.ts';
import type { RouteMemo } from './route-memo.ts';

/** A queue that has bindings; it leaves the graph with the last one. */
export class QueueNode<Q extends object> {
  readonly queue: Q;
  /** Counts the queues in the order they came. */
  readonly serial: number;
  /** The bindings to this queue by identity. */
  readonly incoming = new Map<string, Binding<Q>>();
  /** The search that reached this queue last. */
  reachedInSearch = 0;
  /** The route that leads to this queue alone, once there was need of it. */
  soleRoute: Route<Q> | null = null;
  /** Whether an interned route to several queues leads here, too. */
  inSharedRoute = false;

  constructor(queue: Q, serial: number) {
    this.queue = queue;
    this.serial = serial;
  }
}

/** An exchange: its bindings both ways, and what is remembered of its routes. */
export class ExchangeNode<Q extends object> {
  readonly name: string;
  readonly type: ExchangeType;
  readonly matcher: Matcher<Binding<Q>>;
  /** The bindings from here. */
  readonly outgoing = new Set<Binding<Q>>();
  /** The bindings from other exchanges to here, by identity. */
  readonly incoming = new Map<string, Binding<Q>>();
  /** The exchanges bound to here, each with the number of its bindings. */
  readonly upstreams = new Map<ExchangeNode<Q>, number>();
  /** Name of the exchange that gets what matches no binding; it need not exist. */
  alternate: string | null = null;
  /** The search that reached this exchange last. */
  reachedInSearch = 0;
  /** Whether a route that is remembered, here or upstream, may lead through here. */
  observed = false;
  /** The route of all messages, if it depends on nothing in them and is known. */
  constantRoute: Route<Q> | null = null;
  /** Changes when a remembered route, also one remembered elsewhere, may have changed. */
  routesVersion = 0;
  /** The known routes by routing key; null until there is one. */
  memo: RouteMemo<Q> | null = null;

  constructor(name: string, type: ExchangeType, matcher: Matcher<Binding<Q>>) {
    this.name = name;
    this.type = type;
    this.matcher = matcher;
  }
}

/** One binding, from an exchange to a queue or to another exchange. */
export class Binding<Q extends object> implements Matchable {
  readonly source: ExchangeNode<Q>;
  readonly destination: QueueNode<Q> | ExchangeNode<Q>;
  readonly routingKey: string;
  readonly arguments: FieldTable;
  bucketSlot = 0;

  constructor(
    source: ExchangeNode<Q>,
    destination: QueueNode<Q> | ExchangeNode<Q>,
    routingKey: string,
    args: FieldTable,
  ) {
    this.source = source;
    this.destination = destination;
    this.routingKey = routingKey;
    this.arguments = args;
  }

  /** Name of the exchange the binding is from. */
  get sourceName(): string {
    return this.source.name;
  }

  /** The queue the binding leads to, or null if it leads to an exchange. */
  get queue(): Q | null {
    return this.destination instanceof QueueNode ? this.destination.queue : null;
  }

  /** Name of the exchange the binding leads to, or null if it leads to a queue. */
  get exchangeName(): string | null {
    return this.destination instanceof ExchangeNode ? this.destination.name : null;
  }
}
