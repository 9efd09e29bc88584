import { Meter } from '../../ring/meter.ts';
import { sinkReadyReply } from '../../wire/dmp-handshake.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { encodeShortstr } from '../../wire/octets.ts';
import type { BrokerCore } from '../broker-core.ts';
import { writeReturn } from '../channel/delivery-writer.ts';
import type { ConnectionSocket } from '../net/connection-socket.ts';
import type { ParkedHandles } from '../net/parked-handles.ts';
import type { User } from '../security/user.ts';
import type { DataPlane } from './data-plane.ts';
import { countSink, type SinkEntry, sinkReport } from './direct-connections.ts';
import type { SinkReport } from './direct-report.ts';
import type { LeaseOwner } from './direct-service.ts';
import type { Lease, LeaseBook, SinkTarget } from './lease-book.ts';
import { isStillAllowed, topicsOf } from './sink-permissions.ts';

/** The way to the shards that read sinks. */
export type SinkPlane = Pick<DataPlane, 'attachSink' | 'closeSink'>;

/** The connected sinks: hands each to its shard, and ends it with whoever leased it. */
export class Sinks {
  private readonly core: BrokerCore;
  private readonly plane: SinkPlane;
  private readonly leases: LeaseBook<LeaseOwner>;
  private readonly parked: ParkedHandles;
  private readonly entries = new Map<number, SinkEntry>();
  private opened = 0;

  /** @param parked what is left in main of descriptors that shards have closed */
  constructor(
    core: BrokerCore,
    plane: SinkPlane,
    leases: LeaseBook<LeaseOwner>,
    parked: ParkedHandles,
  ) {
    this.core = core;
    this.plane = plane;
    this.leases = leases;
    this.parked = parked;
  }

  /** Sinks that have been connected since the start. */
  get openedCount(): number {
    return this.opened;
  }

  /**
   * Answers a client that has presented its lease, and hands its connection to a shard with the
   * octets [at, end) read from it.
   * @returns the offset of the first octet not taken
   */
  accept(
    lease: Lease<LeaseOwner, SinkTarget>,
    shard: number,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): number {
    const { vhost, exchange } = lease.target;
    const sink = ++this.opened;
    transport.write(encodeShortstr(sinkReadyReply(exchange)));
    const { number: connection, user } = lease.owner.connection;
    const meter = Meter.create('sink');
    const topics = topicsOf(this.core, lease);
    const request = {
      sink,
      vhost,
      exchange,
      connection,
      user: user.mayImpersonate ? null : user.name,
      topics,
      meter: meter.buffer,
    };
    // Known before the shard can say that it has closed it.
    const attached = this.plane.attachSink(shard, request, transport, octets, at, end);
    const { parked } = attached;
    const { peer } = transport;
    const counts = { counted: 0, countedCopies: 0 };
    this.entries.set(sink, { lease, shard, topics, parked, meter, peer, ...counts });
    this.core.log.debug({ sink, exchange, shard, peer }, 'sink connected');
    return attached.next;
  }

  /** See PlaneEvents.sinkClosed. */
  closed(sink: number, reason: string | null, descriptorClosed: boolean): void {
    const entry = this.entries.get(sink);
    if (entry === undefined) return;
    this.entries.delete(sink);
    countSink(this.core, entry);
    this.leases.end(entry.lease);
    if (descriptorClosed && entry.parked !== null) this.parked.close(entry.parked);
    else entry.parked?.close();
    this.parked.sweep();
    const level = reason === null ? 'debug' : 'warn';
    this.core.log[level]({ sink, reason }, 'sink closed');
  }

  /** A shard has ended, and the descriptors of its sinks with it. */
  shardLost(shard: number): void {
    for (const [sink, entry] of this.entries) {
      if (entry.shard === shard) this.closed(sink, null, true);
    }
  }

  /** A channel has closed: so do the sinks that it leased. */
  ownerReleased(owner: LeaseOwner): void {
    for (const [sink, { lease, shard }] of this.entries) {
      if (lease.owner === owner) this.plane.closeSink(shard, sink);
    }
  }

  /** Closes the sinks that a user may not write to any more. */
  permissionsChanged(user: User): void {
    for (const [sink, { lease, shard, topics }] of this.entries) {
      if (lease.owner.connection.user !== user) continue;
      if (isStillAllowed(this.core, lease, topics)) continue;
      const fields = { sink, user: user.name };
      this.core.events.write('warn', fields, 'sink closed: its permissions have changed');
      this.plane.closeSink(shard, sink);
    }
  }

  /** Returns a content to the channel that leased the sink (Basic.Return). */
  giveBack(sink: number, code: number, text: string, view: MessageView): void {
    const lease = this.entries.get(sink)?.lease;
    // The channel has gone, and with it whoever could be told.
    if (lease === undefined || lease.state === 'ended') return;
    writeReturn(lease.owner, code, text, view);
  }

  /** Has the exchanges count what the shards have read since the last time. */
  countTraffic(): void {
    for (const entry of this.entries.values()) countSink(this.core, entry);
  }

  report(): SinkReport[] {
    return [...this.entries].map(([sink, entry]) => sinkReport(sink, entry));
  }

  /** Has the shards close all of them. */
  close(): void {
    for (const [sink, { shard }] of this.entries) this.plane.closeSink(shard, sink);
  }

  /** No shard is there any more. */
  planeStopped(): void {
    for (const sink of [...this.entries.keys()]) this.closed(sink, null, true);
  }
}
