import type { OverflowAction } from './settings.ts';

/** How many messages went, or came, which way. */
export interface Ways {
  /** Over direct connections. */
  direct: number;
  /** Over the AMQP connection, deliveries and fetched messages. */
  ordinary: number;
}

/** How a channel's messages to one exchange travel. */
export interface SinkStats {
  exchange: string;
  /** Whether they travel directly now, or will as soon as the sink is leased. */
  mode: 'direct' | 'opening' | 'ordinary';
  /** Why they do not travel directly; null if they do. */
  reason: string | null;
  messages: number;
}

/** How a consumer's messages travel. */
export interface FeedStats {
  queue: string;
  consumerTag: string;
  messages: number;
  /** Messages in the arrival queue. */
  waiting: number;
  overflow: OverflowAction;
  /** Messages the overflow action removed. */
  discarded: number;
  /** How often the arrival queue went beyond its high-water mark. */
  overflows: number;
}

/** What `connection.stats()` reports. */
export interface ConnectionStats {
  /** Whether Direct Mode is on for this connection. */
  direct: boolean;
  published: Ways;
  delivered: Ways;
  /** By channel and exchange, those that Direct Mode was considered for. */
  sinks: SinkStats[];
  /** The feeds that are leased now. */
  feeds: FeedStats[];
  /** Consumers that could have had a feed, and why they have none. */
  ordinaryConsumers: { queue: string; consumerTag: string; reason: string }[];
  reconnects: number;
}
