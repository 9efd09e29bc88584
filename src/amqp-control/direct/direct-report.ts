import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { MeterReading } from '../../ring/meter.ts';
import type { LeaseState } from './lease-book.ts';

/**
 * What Direct Mode is doing at about this moment: plain data, copied out of main's state and shared
 * memory without asking another thread. Numbers that other threads count may be some microseconds
 * apart from each other. Counters only grow: a rate is the difference of two reports.
 */
export interface DirectReport extends PlaneReport {
  /** Leases that are granted and not presented, or whose connection is open. */
  readonly leases: readonly LeaseReport[];
  /** Open sink connections. */
  readonly sinks: readonly SinkReport[];
  /** Open feed connections. */
  readonly feeds: readonly FeedConnectionReport[];
  /** Since the broker started. */
  readonly totals: DirectTotals;
}

/** Threads and the rings between them. */
export interface PlaneReport {
  /** `threads`: shards and writers have threads; `local`: all run in main (`--shards 0`). */
  readonly mode: 'threads' | 'local';
  readonly threads: readonly ThreadReport[];
  readonly rings: readonly RingReport[];
}

/** One thread, or what would be one if it weren't in main. */
export interface ThreadReport {
  readonly kind: 'main' | 'shard' | 'writer' | 'store';
  /** Among those of its kind, from 0. */
  readonly number: number;
  /** False while one that has died is being replaced. */
  readonly isRunning: boolean;
  /** How often it has been replaced. */
  readonly restarts: number;
  /** Since the thread started; null if it isn't running, or runs in main. */
  readonly load: ThreadLoad | null;
  /** Its number in the operating system; null if it isn't known, or the thread runs in main. */
  readonly osThread: number | null;
  /** Raised with every turn of its loop; wraps at 32 bits. One that stands still hangs. */
  readonly beats: number;
  /** By the names in COUNTER_NAMES; they go on when a thread is replaced. */
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * Milliseconds in which a thread worked and in which it waited for work, as numbers that grow: the
 * utilisation between two reports is the difference of `busyMs` by the sum of both differences.
 */
export interface ThreadLoad {
  readonly busyMs: number;
  readonly idleMs: number;
}

/** Which end of a ring: `main`, or the number of a shard or writer. */
export interface RingReport {
  readonly from: 'main' | { readonly shard: number };
  readonly to: 'main' | { readonly writer: number };
  readonly capacityOctets: number;
  /** Published and not yet read. */
  readonly usedOctets: number;
}

/** The lease itself isn't told: it is a secret. */
export interface LeaseReport {
  readonly kind: 'sink' | 'feed';
  readonly vhost: string;
  /** Name of the exchange, or of the queue. */
  readonly name: string;
  /** Number of the AMQP connection that it belongs to. */
  readonly connection: number;
  readonly state: Exclude<LeaseState, 'ended'>;
  /** Milliseconds until it ends unless it is presented; null if it has been. */
  readonly expiresInMs: number | null;
}

/** A connection that publishes to an exchange. */
export interface SinkReport extends MeterReading<'sink'> {
  /** Unique among the sinks of the broker. */
  readonly sink: number;
  readonly vhost: string;
  readonly exchange: string;
  readonly shard: number;
  /** Number of the AMQP connection that leased it. */
  readonly connection: number;
  /** Address of the client, `HOST:PORT`. */
  readonly peer: string;
}

/** A connection that a queue's messages go to. */
export interface FeedConnectionReport
  extends Omit<MeterReading<'feed'>, 'warned' | 'lendable' | 'lent'> {
  /** Unique among the feeds of the broker. */
  readonly slot: number;
  readonly vhost: string;
  readonly queue: string;
  readonly writer: number;
  readonly connection: number;
  readonly peer: string;
  /** Whether the queue has a consumer that may receive; if not, messages stay in the queue. */
  readonly isActive: boolean;
  /** Its backlog has reached a warn limit and hasn't fallen below half of both since. */
  readonly isSlow: boolean;
  readonly limits: FeedLimits;
}

/** What has happened since the broker started. */
export interface DirectTotals {
  readonly leasesGranted: number;
  /** Direct connections that presented no lease, or one that wasn't valid. */
  readonly leasesRefused: number;
  readonly sinksOpened: number;
  readonly feedsOpened: number;
  /** How often a feed reached a warn limit. */
  readonly feedWarnings: number;
}
