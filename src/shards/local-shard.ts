import { ContentSource } from '../dmp-reader/content-source.ts';
import type { ReaderTally } from '../dmp-reader/reader-tally.ts';
import { RingOutlet } from '../dmp-reader/ring-outlet.ts';
import type { SinkConnection, SinkReader } from '../dmp-reader/sink-reader.ts';
import type { Doorbell } from '../ring/parking.ts';
import type { RingReaderPeer } from '../ring/ring-peer.ts';
import { RingProducer } from '../ring/ring-producer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { ShardCore } from './shard-core.ts';
import type { ShardEvents } from './shard-events.ts';
import type { SinkLease, TopologyChange, VhostSnapshot } from './shard-messages.ts';

/** The writing end of a ring whose reader is in the same thread. */
export interface LocalRingEnd {
  readonly ring: SharedArrayBuffer;
  /** The reader's doorbell. */
  readonly doorbell: Doorbell;
  readonly peer: RingReaderPeer;
}

/** A sink whose connection belongs to somebody else in this thread. */
export interface LocalSink {
  /**
   * Routes the octets [at, end) of `octets`, which may be changed.
   * @param octets always the same buffer, as far as possible
   * @returns the offset of the first octet that must be presented again, in front of more
   */
  receive(octets: Buffer, at: number, end: number): number;
  /** The connection has gone. */
  close(): void;
}

/**
 * A shard in the thread that makes it, for brokers without shard threads and for connections that
 * can't be handed over.
 */
export class LocalShard {
  private readonly core: ShardCore;
  private readonly tally: ReaderTally;
  private readonly events: ShardEvents;
  private readonly outlets = new Map<number, RingOutlet>();
  private readonly main: RingOutlet;
  private source = ContentSource.allocate(0);

  constructor(
    main: LocalRingEnd,
    tally: ReaderTally,
    maxContentOctets: number,
    events: ShardEvents,
  ) {
    this.tally = tally;
    this.events = events;
    this.main = this.connect(main);
    this.core = new ShardCore(this.main, tally, maxContentOctets);
    queueMicrotask(() => events.onReady());
  }

  /** As ShardThread does. */
  sendSnapshot(snapshot: VhostSnapshot): void {
    this.core.applySnapshot(snapshot);
  }

  /** As ShardThread does. */
  deleteVhost(vhost: string): void {
    this.core.deleteVhost(vhost);
  }

  /** As ShardThread does: `onSynced` follows, though the changes are made at once. */
  sendChanges(vhost: string, changes: readonly TopologyChange[], sequence: number): void {
    this.core.applyChanges(vhost, changes);
    this.core.publish();
    queueMicrotask(() => this.events.onSynced(sequence));
  }

  /** Contents for the feeds of writer number `writer` go through this ring from now on. */
  attachRing(writer: number, end: LocalRingEnd): void {
    const outlet = this.connect(end);
    this.outlets.set(writer, outlet);
    this.core.attachWriter(writer, outlet);
    this.core.publish();
  }

  /** The writer has gone. */
  detachRing(writer: number): void {
    this.outlets.delete(writer);
    this.core.detachWriter(writer);
    this.core.publish();
  }

  /** The reader of the ring to main (null), or to a writer, has made space. */
  spaceGranted(writer: number | null): void {
    const outlet = writer === null ? this.main : this.outlets.get(writer);
    outlet?.spaceGranted();
    this.core.publish();
  }

  /**
   * Routes a connection's contents from now on.
   * @param leftOverMaxOctets what the connection can put in front of what it reads, at most
   * @returns null if there is no such exchange
   */
  attachSink(
    lease: SinkLease,
    connection: SinkConnection,
    leftOverMaxOctets: number,
  ): LocalSink | null {
    const reader = this.core.attachSink(lease, connection, leftOverMaxOctets);
    if (reader === null) return null;
    return {
      receive: (octets, at, end) => this.receive(reader, octets, at, end),
      close: () => reader.close(),
    };
  }

  /** Ends it: whoever has connections has closed them. `onExit(null)` follows. */
  stop(): void {
    queueMicrotask(() => this.events.onExit(null));
  }

  private receive(reader: SinkReader, octets: Buffer, at: number, end: number): number {
    if (this.source.octets !== octets) this.source = new ContentSource(octets);
    const next = reader.receive(this.source, at, end);
    this.core.publish();
    return next;
  }

  private connect({ ring, doorbell, peer }: LocalRingEnd): RingOutlet {
    return new RingOutlet(new RingProducer(SpscRing.attach(ring), doorbell), peer, this.tally);
  }
}
