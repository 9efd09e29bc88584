import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import { FEED_METER, type Meter, SINK_METER } from '../../ring/meter.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { ParkedHandle } from '../net/parked-handles.ts';
import type { FeedConnectionReport, LeaseReport, SinkReport } from './direct-report.ts';
import type { LeaseOwner } from './direct-service.ts';
import type { FeedBridge, FeedConnection, Losses } from './feed-bridge.ts';
import type { FeedTarget, Lease, SinkTarget } from './lease-book.ts';

/** A sink that is connected. */
export interface SinkEntry {
  readonly lease: Lease<LeaseOwner, SinkTarget>;
  readonly shard: number;
  /** What the routing keys must match; null = anything. */
  readonly topics: string | null;
  readonly parked: ParkedHandle | null;
  readonly meter: Meter;
  readonly peer: string;
  /** Contents, and copies of them, that the exchange has counted. */
  counted: number;
  countedCopies: number;
}

/** A feed that is connected. */
export interface FeedEntry {
  readonly lease: Lease<LeaseOwner, FeedTarget>;
  readonly bridge: FeedBridge;
  readonly connection: FeedConnection;
  readonly handle: ParkedHandle;
  limits: FeedLimits;
  readonly meter: Meter;
  readonly peer: string;
  /** Contents that came past main, and that the queue has counted. */
  counted: number;
}

/** A feed whose writer has been told to let its descriptor go. */
export interface ClosingFeed {
  readonly handle: ParkedHandle;
  readonly queue: string;
  readonly writer: number;
  readonly meter: Meter;
  /** In front of the feed. */
  readonly losses: Losses;
}

/** Has the exchange of a sink count what its shard has read from it since the last time. */
export function countSink({ vhosts }: BrokerCore, entry: SinkEntry): void {
  const { target } = entry.lease;
  const total = entry.meter.get(SINK_METER.contentsIn);
  const exchange = vhosts.get(target.vhost)?.exchanges.get(target.exchange);
  const copies = entry.meter.get(SINK_METER.copiesOut);
  if (exchange !== undefined) {
    exchange.counts.in += total - entry.counted;
    exchange.counts.out += copies - entry.countedCopies;
  }
  entry.counted = total;
  entry.countedCopies = copies;
}

/** Has the queue of a feed count what shards have sent past main since the last time. */
export function countFeed(entry: FeedEntry): void {
  const { bridge, meter } = entry;
  const written = meter.get(FEED_METER.contentsOut) + meter.get(FEED_METER.contentsDropped);
  // What main has passed on is counted, and may not be written yet.
  const past = written - bridge.passedCount;
  if (past <= entry.counted) return;
  const { counts } = bridge.queue;
  counts.published += past - entry.counted;
  counts.deliveredNoAck += past - entry.counted;
  entry.counted = past;
}

/** How a lease is doing. */
export function leaseReport(lease: Lease<LeaseOwner>, nowMs: number): LeaseReport {
  const { target, owner, expiresAtMs } = lease;
  const isGranted = lease.state === 'granted';
  return {
    kind: target.kind,
    vhost: target.vhost,
    name: target.kind === 'sink' ? target.exchange : target.queue,
    connection: owner.connection.number,
    state: isGranted ? 'granted' : 'acquired',
    expiresInMs: isGranted ? Math.max(0, expiresAtMs - nowMs) : null,
  };
}

/** How a sink is doing. */
export function sinkReport(sink: number, { lease, shard, meter, peer }: SinkEntry): SinkReport {
  const { vhost, exchange } = lease.target;
  const connection = lease.owner.connection.number;
  return { sink, vhost, exchange, shard, connection, peer, ...meter.read('sink') };
}

/** How a feed is doing. */
export function feedConnectionReport(entry: FeedEntry): FeedConnectionReport {
  const { bridge, connection, lease, limits, meter, peer } = entry;
  const { warned, lendable: _, lent: __, ...counts } = meter.read('feed');
  const { losses } = bridge;
  return {
    slot: connection.slot,
    vhost: bridge.queue.settings.vhost,
    queue: bridge.queue.name,
    writer: connection.writer,
    connection: lease.owner.connection.number,
    peer,
    isActive: bridge.isActive,
    isSlow: warned !== 0,
    limits,
    ...counts,
    contentsDropped: counts.contentsDropped + losses.contents,
    octetsDropped: counts.octetsDropped + losses.octets,
  };
}
