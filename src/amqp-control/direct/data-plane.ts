import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { FeedReport } from '../../dmp-writer/feed-report.ts';
import type { InboxHandler } from '../../shards/main-inbox.ts';
import type { SinkLease, TopologyChange, VhostSnapshot } from '../../shards/shard-messages.ts';
import type { FeedOrder } from '../../shards/writer-messages.ts';
import type { ConnectionSocket } from '../net/connection-socket.ts';
import type { ParkedHandle } from '../net/parked-handles.ts';
import type { PlaneReport } from './direct-report.ts';
import type { FeedOutlet } from './feed-outlet.ts';

/** A sink connection that was handed to a shard. */
export interface AttachedSink {
  /** What is left of it in main, to be closed when the shard has; null if nothing is. */
  readonly parked: ParkedHandle | null;
  /** Offset of the first octet not taken. */
  readonly next: number;
}

/** The shards and writers of a broker, and main's rings with them. */
export interface DataPlane {
  readonly shardCount: number;
  readonly writerCount: number;
  /** The shard that an exchange belongs to. */
  shardOf(vhost: string, exchange: string): number;
  /**
   * Whether a shard runs: one that has died is replaced after a while, and can't be told anything.
   */
  isRunning(shard: number): boolean;
  /** Tells a shard a whole virtual host, before the first lease and the first change in it. */
  sendSnapshot(shard: number, snapshot: VhostSnapshot): void;
  /** Has a shard forget a virtual host, whose sinks are closed. */
  deleteVhost(shard: number, vhost: string): void;
  /** Has a shard change its copy of a virtual host; `synced` follows. */
  sendChanges(
    shard: number,
    vhost: string,
    changes: readonly TopologyChange[],
    sequence: number,
  ): void;
  /** Hands over a sink connection, within its `receive`, with the octets [at, end) read from it. */
  attachSink(
    shard: number,
    lease: SinkLease,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): AttachedSink;
  /** Closes a sink's connection; `sinkClosed` follows. */
  closeSink(shard: number, sink: number): void;
  /** Main's way into a writer's ring; null while the writer doesn't run. */
  outlet(writer: number): FeedOutlet | null;
  addFeed(writer: number, feed: FeedOrder): void;
  /** Changes how far a feed may be behind. */
  setFeedLimits(writer: number, slot: number, limits: FeedLimits): void;
  removeFeed(writer: number, slot: number): void;
  /** Stops, or goes on, taking contents for ordinary queues out of the shards' rings. */
  hold(held: boolean): void;
  /** Makes visible what main has put into its rings. */
  publish(): void;
  /** How threads and rings are doing. */
  report(): PlaneReport;
  /** Ends all threads. */
  stop(): Promise<void>;
}

/** What the data plane tells of writers and the feeds they have. */
export interface FeedPlaneEvents {
  /** A writer won't touch a feed's descriptor any more. */
  feedReleased(slot: number, report: FeedReport | null): void;
  /** A feed's socket failed; its writer won't touch the descriptor any more. */
  feedGone(report: FeedReport, reason: string): void;
  feedWarning(report: FeedReport): void;
  feedDropping(report: FeedReport): void;
  /** A writer has read all that a shard had sent to this feed in front of its fence. */
  fencePassed(slot: number, fence: number): void;
  /** Nothing that main had sent to this feed in front of its mark waits in its writer. */
  markReached(slot: number, mark: number): void;
  /** A writer has ended and a new one has taken its number. */
  writerLost(writer: number): void;
  /** Main's ring to a writer has room again. */
  outletUnblocked(writer: number): void;
}

/** What the data plane tells the hub. All calls are made within a turn of the event loop. */
export interface PlaneEvents extends InboxHandler, FeedPlaneEvents {
  /** A shard has made the changes with this sequence number. */
  synced(shard: number, sequence: number): void;
  /**
   * A sink's connection is closed.
   * @param reason null unless somebody did something wrong
   * @param descriptorClosed false if no shard ever took the descriptor
   */
  sinkClosed(sink: number, reason: string | null, descriptorClosed: boolean): void;
  /** A shard has ended, its descriptors with it, and a new one has taken its number. */
  shardLost(shard: number): void;
}
