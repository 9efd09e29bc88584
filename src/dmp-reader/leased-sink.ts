import type { ExchangeNode } from '../routing/nodes.ts';
import { DEFAULT_EXCHANGE, type RoutingGraph } from '../routing/routing-graph.ts';
import { encodeShortstr } from '../wire/octets.ts';
import type { Destination, Plan } from './plan.ts';
import type { PlanBook } from './plan-book.ts';

/** What a sink connection was leased for, as far as its contents are concerned. */
export interface SinkGrant {
  /** Unique among the sinks of the broker. */
  readonly sink: number;
  /** Number of the AMQP connection that leased it. */
  readonly connection: number;
  /** The only name that its contents may have as user-id; null if they may have any. */
  readonly user: string | null;
  /** Regular expression that its contents' routing keys must match; null if they may be any. */
  readonly topics: string | null;
}

/** What a sink connection may publish to, and as whom. */
export class LeasedSink {
  /** Unique among the sinks of the broker. */
  readonly number: number;
  /** Number of the AMQP connection that leased it. */
  readonly origin: number;
  readonly graph: RoutingGraph<Destination>;
  readonly exchange: ExchangeNode<Destination>;
  /** The exchange's name as a short string. */
  readonly exchangeName: Buffer;
  /** Whether contents without an exchange name are complete. */
  readonly isDefault: boolean;
  /** The only user-id that contents may have, as a short string; null if they may have any. */
  readonly user: Buffer | null;
  /** What the routing keys of its contents must match; null if they may be any. */
  readonly topics: RegExp | null;
  /** What is done with contents that must go back because no queue was found. */
  readonly unroutedPlan: Plan;
  private readonly plans: PlanBook;
  private immediateBase: Plan | null = null;
  private immediate: Plan | null = null;

  constructor(
    grant: SinkGrant,
    graph: RoutingGraph<Destination>,
    exchange: ExchangeNode<Destination>,
    plans: PlanBook,
  ) {
    const { sink, connection, user, topics } = grant;
    this.number = sink;
    this.origin = connection;
    this.topics = topics === null ? null : new RegExp(topics);
    this.graph = graph;
    this.exchange = exchange;
    this.exchangeName = encodeShortstr(exchange.name);
    this.user = user === null ? null : encodeShortstr(user);
    this.isDefault = exchange.name === DEFAULT_EXCHANGE;
    this.unroutedPlan = plans.unroutedPlan(sink, connection);
    this.plans = plans;
  }

  /** The plan for contents with the option immediate that would otherwise take `plan`. */
  immediatePlan(plan: Plan): Plan {
    if (this.immediate === null || this.immediateBase !== plan) {
      this.immediateBase = plan;
      this.immediate = this.plans.immediatePlan(plan, this.number, this.origin);
    }
    return this.immediate;
  }
}
