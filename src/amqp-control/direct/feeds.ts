import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { FeedReport } from '../../dmp-writer/feed-report.ts';
import { FEED_METER, Meter } from '../../ring/meter.ts';
import { feedReadyReply } from '../../wire/dmp-handshake.ts';
import { encodeShortstr } from '../../wire/octets.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { ConnectionSocket, OctetHandler } from '../net/connection-socket.ts';
import type { ParkedHandles } from '../net/parked-handles.ts';
import type { Queue } from '../queues/queue.ts';
import type { DataPlane, FeedPlaneEvents } from './data-plane.ts';
import {
  type ClosingFeed,
  countFeed,
  type FeedEntry,
  feedConnectionReport,
} from './direct-connections.ts';
import type { FeedConnectionReport } from './direct-report.ts';
import type { LeaseOwner } from './direct-service.ts';
import { FeedBridge, type Losses } from './feed-bridge.ts';
import type { FeedOutlet } from './feed-outlet.ts';
import { FeedRoutes } from './feed-routes.ts';
import type { FeedTarget, Lease, LeaseBook } from './lease-book.ts';
import type { TopologyMirror } from './topology-mirror.ts';

/** OpenAMQ's client can't read a content shorter than 12 octets behind its size (DMP section 7). */
const PRODUCT_WITH_SHORT_READS = 'OpenAMQ';

/** A feed carries nothing from its client to us (DMP section 2): what comes means nothing. */
const FEED_HANDLER: OctetHandler = {
  receive: (_octets, _at, end) => end,
  wrote: () => {},
  socketClosed: () => {},
};

/** The way to the writers. */
export type FeedPlane = Pick<
  DataPlane,
  'writerCount' | 'outlet' | 'addFeed' | 'setFeedLimits' | 'removeFeed'
>;

/**
 * The connected feeds, each with the bridge that leads its queue to it. Descriptors that writers
 * use are closed only when they have let them go.
 */
export class Feeds implements FeedPlaneEvents {
  private readonly core: BrokerCore;
  private readonly plane: FeedPlane;
  private readonly leases: LeaseBook<LeaseOwner>;
  private readonly parked: ParkedHandles;
  /** For those whose queue has none of its own. */
  private readonly defaults: FeedLimits;
  private readonly routes: FeedRoutes;
  /** By slot. */
  private readonly entries = new Map<number, FeedEntry>();
  /** By slot: feeds whose writer has been told to let their descriptors go. */
  private readonly closing = new Map<number, ClosingFeed>();
  private readonly bridges = new Map<Queue, FeedBridge>();
  /** Bridges that have something to do at the end of the turn. */
  private readonly unsettled = new Set<FeedBridge>();
  private opened = 0;
  private warnings = 0;

  /** @param parked handles of sinks that wait for their descriptors' numbers to become free */
  constructor(
    core: BrokerCore,
    plane: FeedPlane,
    leases: LeaseBook<LeaseOwner>,
    parked: ParkedHandles,
    mirror: TopologyMirror,
    defaults: FeedLimits,
  ) {
    this.core = core;
    this.plane = plane;
    this.leases = leases;
    this.parked = parked;
    this.defaults = defaults;
    this.routes = new FeedRoutes(core, mirror, (queue) => this.droppedEarly(queue));
  }

  /** Feeds that have been connected since the start. */
  get openedCount(): number {
    return this.opened;
  }

  /** How often one of them has reached a warn limit. */
  get warningCount(): number {
    return this.warnings;
  }

  /** Answers a client that has presented its lease, and hands its connection to a writer. */
  accept(lease: Lease<LeaseOwner, FeedTarget>, transport: ConnectionSocket): void {
    const { vhost, queue: name } = lease.target;
    const queue = this.core.vhosts.get(vhost)?.queues.get(name);
    if (queue === undefined) throw new Error(`the lease of the deleted queue '${name}' is alive`);
    const { peer } = transport;
    const slot = this.opened + 1;
    const place = this.placeFor(slot);
    if (place === null) {
      this.core.log.warn({ queue: name, peer }, 'feed refused: no writer runs');
      this.leases.end(lease);
      transport.destroy();
      return;
    }
    const { writer, outlet } = place;
    this.opened = slot;
    transport.write(encodeShortstr(feedReadyReply(name)));
    transport.become(FEED_HANDLER);
    const bridge = this.bridges.get(queue) ?? new FeedBridge(queue, this.routes);
    const handle = transport.lend(() => {
      const entry = this.entries.get(slot);
      if (entry !== undefined) this.close(entry);
    });
    const limits = this.limitsOf(queue);
    const meter = Meter.create('feed');
    const access = { fd: handle.fd, meter: meter.buffer };
    const connection = { writer, slot, outlet, access };
    this.bridges.set(queue, bridge);
    this.entries.set(slot, { lease, bridge, connection, handle, limits, meter, peer, counted: 0 });
    this.plane.addFeed(writer, {
      slot,
      ...access,
      limits,
      padShort: lease.owner.connection.clientProduct.startsWith(PRODUCT_WITH_SHORT_READS),
    });
    bridge.connect(connection, limits);
    this.unsettled.add(bridge);
    this.core.log.debug({ slot, queue: name, writer, peer }, 'feed connected');
  }

  /** A channel has closed: so do the feeds that it leased. */
  ownerReleased(owner: LeaseOwner): void {
    for (const entry of this.entries.values()) if (entry.lease.owner === owner) this.close(entry);
  }

  /** See DirectService.consumersChanged. */
  consumersChanged(queue: Queue): void {
    const bridge = this.bridges.get(queue);
    if (bridge === undefined) return;
    this.unsettled.add(bridge);
    bridge.update();
  }

  queueDeleted(queue: Queue): void {
    for (const entry of this.of(queue)) this.close(entry);
  }

  queueRulesChanged(queue: Queue): void {
    for (const entry of this.of(queue)) {
      const { writer, slot } = entry.connection;
      entry.limits = this.limitsOf(queue);
      entry.bridge.setLimits(entry.limits);
      this.plane.setFeedLimits(writer, slot, entry.limits);
    }
  }

  /** A shard has got its first sink in a virtual host: it must learn which feeds are active. */
  shardJoined(vhost: string): void {
    for (const bridge of this.bridges.values()) {
      if (bridge.queue.settings.vhost === vhost) this.unsettled.add(bridge);
    }
  }

  /** A shard has begun anew and sends everything to main. */
  shardReset(shard: number): void {
    for (const bridge of this.bridges.values()) {
      bridge.shardReset(shard);
      this.unsettled.add(bridge);
    }
  }

  /** See InboxHandler.queueSwitched. */
  queueSwitched(queueNumber: number, barrier: number): void {
    const queue = this.core.queues.get(queueNumber);
    const bridge = queue === undefined ? undefined : this.bridges.get(queue);
    if (bridge === undefined) return;
    bridge.switched(barrier);
    this.unsettled.add(bridge);
  }

  /** True while a feed that isn't active any more has shards that can't be told so yet. */
  get leavesLate(): boolean {
    for (const bridge of this.unsettled) if (bridge.mustLeave) return true;
    return false;
  }

  /** Has the bridges do what was put off until the end of a turn of the event loop. */
  finishTurn(): void {
    for (const bridge of this.unsettled) if (bridge.finishTurn()) this.unsettled.delete(bridge);
  }

  /** Has the queues count what came past main since the last time. */
  countTraffic(): void {
    for (const entry of this.entries.values()) countFeed(entry);
  }

  report(): FeedConnectionReport[] {
    return [...this.entries.values()].map(feedConnectionReport);
  }

  feedReleased(slot: number, report: FeedReport | null): void {
    const closing = this.closing.get(slot);
    if (closing === undefined) return;
    this.closing.delete(slot);
    closing.handle.close();
    this.parked.sweep();
    if (report !== null) this.logLosses(closing.queue, report, closing.losses, 'was closed');
  }

  feedGone(report: FeedReport, reason: string): void {
    const { slot } = report;
    const entry = this.entries.get(slot);
    if (entry === undefined) {
      this.feedReleased(slot, report);
      return;
    }
    const queue = entry.bridge.queue.name;
    this.core.log.debug({ slot, reason, queue }, 'feed gone');
    this.logLosses(queue, report, entry.bridge.losses, reason);
    this.forget(entry);
    entry.handle.close();
  }

  feedWarning(report: FeedReport): void {
    this.warnings++;
    this.warn(report, 'feed is slow, its backlog has reached a warn limit');
  }

  feedDropping(report: FeedReport): void {
    this.warn(report, 'feed is too slow, its backlog is at a drop limit: new messages are dropped');
  }

  fencePassed(slot: number, fence: number): void {
    const bridge = this.entries.get(slot)?.bridge;
    if (bridge === undefined) return;
    bridge.fencePassed(fence);
    this.unsettled.add(bridge);
  }

  markReached(slot: number, mark: number): void {
    const bridge = this.entries.get(slot)?.bridge;
    if (bridge === undefined) return;
    bridge.markReached(mark);
    this.unsettled.add(bridge);
  }

  writerLost(writer: number): void {
    this.core.log.error({ writer }, 'writer lost, its feeds are closed');
    for (const entry of this.entries.values()) {
      if (entry.connection.writer === writer) this.close(entry);
    }
    // Those that it had been told to let go: nobody else says that they are.
    for (const [slot, closing] of this.closing) {
      if (closing.writer !== writer) continue;
      // Shards may still look.
      closing.meter.set(FEED_METER.lendable, 0);
      this.feedReleased(slot, null);
    }
  }

  outletUnblocked(writer: number): void {
    for (const { bridge, connection } of this.entries.values()) {
      if (connection.writer !== writer) continue;
      bridge.wake();
      this.unsettled.add(bridge);
    }
  }

  /** Breaks all connections. */
  closeAll(): void {
    for (const entry of this.entries.values()) this.close(entry);
  }

  /** No writer is there any more. */
  planeStopped(): void {
    for (const slot of [...this.closing.keys()]) this.feedReleased(slot, null);
  }

  /** Writers take turns; one that has died is passed over until it is replaced. */
  private placeFor(slot: number): { writer: number; outlet: FeedOutlet } | null {
    const { writerCount } = this.plane;
    for (let i = 0; i < writerCount; i++) {
      const writer = (slot + i) % writerCount;
      const outlet = this.plane.outlet(writer);
      if (outlet !== null) return { writer, outlet };
    }
    return null;
  }

  private of(queue: Queue): FeedEntry[] {
    if (!this.bridges.has(queue)) return [];
    return [...this.entries.values()].filter(({ bridge }) => bridge.queue === queue);
  }

  private limitsOf({ rules }: Queue): FeedLimits {
    const { defaults } = this;
    return {
      warnMessages: rules.feedWarnMessages ?? defaults.warnMessages,
      warnOctets: rules.feedWarnOctets ?? defaults.warnOctets,
      dropMessages: rules.feedDropMessages ?? defaults.dropMessages,
      dropOctets: rules.feedDropOctets ?? defaults.dropOctets,
    };
  }

  /** Breaks a feed's connection; its descriptor is closed when the writer has let it go. */
  private close(entry: FeedEntry): void {
    const { handle, bridge, connection, meter } = entry;
    const { writer, slot } = connection;
    const { losses } = bridge;
    this.closing.set(slot, { handle, queue: bridge.queue.name, writer, losses, meter });
    this.forget(entry);
    this.plane.removeFeed(writer, slot);
  }

  private forget(entry: FeedEntry): void {
    const { lease, bridge, connection } = entry;
    countFeed(entry);
    this.entries.delete(connection.slot);
    this.leases.end(lease);
    bridge.disconnect();
    this.unsettled.delete(bridge);
    this.bridges.delete(bridge.queue);
  }

  private warn(report: FeedReport, what: string): void {
    const entry = this.entries.get(report.slot);
    this.core.log.warn(
      { queue: entry?.bridge.queue.name, peer: entry?.peer, ...report, limits: entry?.limits },
      what,
    );
  }

  private droppedEarly(queue: Queue): void {
    for (const { bridge, peer, limits } of this.of(queue)) {
      this.core.log.warn(
        { queue: queue.name, peer, dropped: bridge.losses, limits },
        'feed takes too slowly what was queued: new messages are dropped',
      );
    }
  }

  private logLosses(queue: string, report: FeedReport, early: Losses, reason: string): void {
    const contentsDropped = report.contentsDropped + early.contents;
    if (contentsDropped === 0) return;
    const octetsDropped = report.octetsDropped + early.octets;
    this.core.log.warn(
      { queue, reason, ...report, contentsDropped, octetsDropped },
      'feed has ended, it had lost messages',
    );
  }
}
