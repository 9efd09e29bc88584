/** What the API under /api/directmq answers: DirectMQ's own threads, rings and leases. */

export interface ThreadInfo {
  readonly name: string;
  readonly kind: 'main' | 'shard' | 'writer' | 'management';
  /** Share of the last interval in which it worked, 0 to 1. */
  readonly utilisation: number;
  /** Seconds of processor time a second; absent where it can't be measured. */
  readonly cpu?: number;
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
  readonly id?: string;
  readonly kind: 'sink' | 'feed';
  readonly vhost: string;
  /** The exchange of a sink, the queue of a feed. */
  readonly name: string;
  readonly user?: string;
  readonly state?: string;
}

export interface SinkInfo {
  readonly exchange: string;
  readonly vhost: string;
  readonly connection: string;
  readonly thread?: string;
  readonly messages?: number;
  readonly octets?: number;
}

export interface FeedInfo {
  readonly queue: string;
  readonly vhost: string;
  readonly connection: string;
  readonly thread?: string;
  readonly backlog_messages: number;
  readonly backlog_octets: number;
  readonly dropped: number;
  /** Its backlog went over the mark at which the broker warns. */
  readonly warned: boolean;
  readonly delivered: number;
}

export interface LatencyStage {
  readonly stage: string;
  readonly count?: number;
  /** Microseconds by percentile: `p50`, `p90`, `p99`, `p999`, `max`. */
  readonly [percentile: string]: number | string | undefined;
}

export interface BrokerEvent {
  readonly time: number | string;
  readonly event: string;
  readonly level?: string;
  readonly [field: string]: unknown;
}
