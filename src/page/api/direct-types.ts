/** What the API under /api/directmq answers: DirectMQ's own threads, rings and leases. */

export interface ThreadInfo {
  readonly name: string;
  readonly kind: 'main' | 'shard' | 'writer' | 'store' | 'management';
  /** Share of the last interval in which it worked, 0 to 1. */
  readonly utilisation: number;
  /** Share of a core that it used in the last interval, 0 to 1; null where nobody counts. */
  readonly cpu: number | null;
  /** False while one that has died is being replaced. */
  readonly running: boolean;
  /** How often it has been replaced. */
  readonly restarts: number;
  /** Main does its work: there is no thread of that name. */
  readonly in_main: boolean;
}

export interface RingInfo {
  readonly source: string;
  readonly target: string;
  readonly capacity_octets: number;
  /** Share that is taken, 0 to 1. */
  readonly fill: number;
  /** Its producer waits for room. */
  readonly blocked: boolean;
}

export interface LeaseInfo {
  readonly kind: 'sink' | 'feed';
  readonly vhost: string;
  /** The exchange of a sink, the queue of a feed. */
  readonly name: string;
  readonly connection: string;
  /** Whether a connection uses it, or it still waits for one. */
  readonly state: string;
}

export interface SinkInfo {
  readonly id: number;
  readonly exchange: string;
  readonly vhost: string;
  readonly connection: string;
  readonly thread: string;
  readonly messages: number;
}

export interface FeedInfo {
  readonly id: number;
  readonly queue: string;
  readonly vhost: string;
  readonly connection: string;
  readonly backlog_messages: number;
  readonly backlog_octets: number;
  readonly dropped: number;
  /** Its backlog went over the mark at which the broker warns. */
  readonly warned: boolean;
  readonly delivered: number;
}

/** Microseconds by percentile. */
export interface LatencyStage {
  readonly stage: string;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface BrokerEvent {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly event: string;
  readonly level: string;
  readonly [field: string]: unknown;
}
