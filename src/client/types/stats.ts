/** How many messages went, or came, which way. */
export interface Ways {
  /** Over direct connections. */
  direct: number;
  /** Over the AMQP connection. */
  ordinary: number;
}

/** How the messages of one channel to one exchange travel. */
export interface SinkStats {
  exchange: string;
  /** `idle`: the next one asks for a direct connection; `opening`: they wait for it. */
  mode: 'idle' | 'opening' | 'direct' | 'ordinary';
  /** Why they don't travel directly; null if they do. */
  reason: string | null;
}

/** How the messages of one consumer of an exclusive queue travel. */
export interface FeedStats {
  queue: string;
  consumerTag: string;
  mode: 'direct' | 'ordinary';
  /** Why they don't travel directly; null if they do. */
  reason: string | null;
}

/** What arrival queues have seen. */
export interface ArrivalStats {
  /** Messages that wait for the application. */
  waiting: number;
  /** Messages that were trimmed or dropped. */
  discarded: number;
  /** How often a queue went beyond its high-water mark. */
  overflows: number;
}

/** What `connection.stats()` reports. */
export interface ConnectionStats {
  /** Whether Direct Mode is on for this connection. */
  direct: boolean;
  published: Ways;
  delivered: Ways;
  sinks: SinkStats[];
  feeds: FeedStats[];
  arrivals: ArrivalStats;
  reconnects: number;
}
