import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { Meter } from '../../ring/meter.ts';
import type { ParkedHandle } from '../net/parked-handles.ts';
import type { FeedConnectionReport, LeaseReport, SinkReport } from './direct-report.ts';
import type { LeaseOwner } from './direct-service.ts';
import type { FeedBridge, FeedConnection, Losses } from './feed-bridge.ts';
import type { Lease } from './lease-book.ts';

/** A sink that is connected. */
export interface SinkEntry {
  readonly lease: Lease<LeaseOwner>;
  readonly shard: number;
  /** What the routing keys must match; null = anything. */
  readonly topics: string | null;
  readonly parked: ParkedHandle | null;
  readonly meter: Meter;
  readonly peer: string;
}

/** A feed that is connected. */
export interface FeedEntry {
  readonly lease: Lease<LeaseOwner>;
  readonly bridge: FeedBridge;
  readonly connection: FeedConnection;
  readonly handle: ParkedHandle;
  limits: FeedLimits;
  readonly meter: Meter;
  readonly peer: string;
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
  const { vhost } = lease.target;
  const exchange = lease.target.kind === 'sink' ? lease.target.exchange : '';
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
