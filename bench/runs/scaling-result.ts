import type { Spread } from '../lib/statistics.ts';

/** What one message costs at one value of what is varied. */
export interface ScalingPoint {
  /** Bindings, queues, connections, routing keys, messages queued, shards, writers: what the series varies. */
  readonly x: number;
  /** Delivered, summed over all consumers. */
  readonly messagesPerSecond: Spread;
  /** CPU seconds of the broker per million messages delivered. */
  readonly secondsPerMillion: Spread;
  /** Median. */
  readonly rssOctets: number;
}

/** How the cost of a message depends on one thing. */
export interface ScalingSeries {
  readonly subject: string;
  /** What is varied, in the plural: the label of the x axis. */
  readonly varied: string;
  readonly workload: string;
  readonly points: readonly ScalingPoint[];
}
