import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { FeedReport } from '../../dmp-writer/feed-report.ts';
import { FEED_METER, Meter } from '../../ring/meter.ts';
import type { InboxQueues } from '../../shards/main-inbox.ts';
import { feedReadyReply, sinkReadyReply } from '../../wire/dmp-handshake.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { encodeShortstr } from '../../wire/octets.ts';
import { NO_CONSUMERS, NO_ROUTE } from '../../wire/reply-code.ts';
import type { BrokerCore } from '../broker-core.ts';
import { writeReturn } from '../channel/delivery-writer.ts';
import {
  PERSISTENT,
  readDeliveryMode,
  readExpirationMs,
  readPriority,
} from '../messages/inspect.ts';
import type { ConnectionSocket, OctetHandler } from '../net/connection-socket.ts';
import { ParkedHandles } from '../net/parked-handles.ts';
import type { Queue } from '../queues/queue.ts';
import { NO_ORIGIN } from '../queues/queue-consumer.ts';
import type { User } from '../security/user.ts';
import type { DataPlane, PlaneEvents } from './data-plane.ts';
import {
  type ClosingFeed,
  countFeed,
  countSink,
  type FeedEntry,
  feedConnectionReport,
  leaseReport,
  type SinkEntry,
  sinkReport,
} from './direct-connections.ts';
import type { DirectReport, DirectTotals } from './direct-report.ts';
import type { DirectService, LeaseOwner } from './direct-service.ts';
import { FeedBridge, type FeedConnection, type Losses, type RouteSwitch } from './feed-bridge.ts';
import { type Lease, LeaseBook, type Presentation } from './lease-book.ts';
import { isStillAllowed, topicsOf } from './sink-permissions.ts';
import { TopologyMirror } from './topology-mirror.ts';

/** Instead of a writer's number: contents go to main. */
const AT_MAIN = -1;

/** `returnTo` of a message that needn't be returned. */
const NOBODY = -1;

/** OpenAMQ's client can't read a content shorter than 12 octets behind its size (DMP section 7). */
const PRODUCT_WITH_SHORT_READS = 'OpenAMQ';

/** What Direct Mode is set up with. */
export interface DirectSettings {
  /** Time in which a lease must be presented. */
  readonly leaseTimeoutMs: number;
  /** For feeds whose queue has no limits of its own. */
  readonly feedLimits: FeedLimits;
}

/** A feed carries nothing from its client to us (DMP section 2): what comes means nothing. */
const FEED_HANDLER: OctetHandler = {
  receive: (_octets, _at, end) => end,
  wrote: () => {},
  socketClosed: () => {},
};

type Counts<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Direct Mode in main: grants leases, hands the connections that present them to shards and
 * writers, and ends them with their owners. The hub knows which descriptors other threads use and
 * closes none before they have let it go.
 */
export class DirectHub implements DirectService, PlaneEvents, RouteSwitch {
  private readonly core: BrokerCore;
  private readonly plane: DataPlane;
  private readonly settings: DirectSettings;
  private readonly mirror: TopologyMirror;
  private readonly leases = new LeaseBook<LeaseOwner>();
  private readonly parked = new ParkedHandles();
  private readonly sinks = new Map<number, SinkEntry>();
  /** By slot: connected feeds. */
  private readonly feeds = new Map<number, FeedEntry>();
  /** By slot. */
  private readonly closing = new Map<number, ClosingFeed>();
  private readonly bridges = new Map<Queue, FeedBridge>();
  /** Bridges that have something to do at the end of the turn. */
  private readonly unsettled = new Set<FeedBridge>();
  /** Who waits for shards to be told what they can't be told yet. */
  private waiters: (() => void)[] = [];
  private readonly totals: Counts<DirectTotals> = {
    leasesGranted: 0,
    leasesRefused: 0,
    sinksOpened: 0,
    feedsOpened: 0,
    feedWarnings: 0,
  };
  private nextSink = 1;
  private nextSlot = 1;
  private nextBarrier = 1;

  /** @param createPlane makes the data plane, which tells the hub what happens */
  constructor(
    core: BrokerCore,
    settings: DirectSettings,
    createPlane: (events: PlaneEvents) => DataPlane,
  ) {
    this.core = core;
    this.settings = settings;
    this.plane = createPlane(this);
    this.mirror = new TopologyMirror(this.plane);
  }

  grantSink(owner: LeaseOwner, vhost: string, exchange: string): string {
    return this.grant({ kind: 'sink', vhost, exchange }, owner);
  }

  isFeedLeased(queue: Queue): boolean {
    return this.leases.isLeased(queue.settings.vhost, queue.name, this.core.nowMs);
  }

  grantFeed(owner: LeaseOwner, queue: Queue): string {
    return this.grant({ kind: 'feed', vhost: queue.settings.vhost, queue: queue.name }, owner);
  }

  ownerReleased(owner: LeaseOwner): void {
    for (const lease of this.leases.ownedBy(owner)) this.leases.end(lease);
    for (const [sink, entry] of this.sinks) {
      if (entry.lease.owner === owner) this.plane.closeSink(entry.shard, sink);
    }
    for (const entry of this.feeds.values()) if (entry.lease.owner === owner) this.closeFeed(entry);
  }

  consumersChanged(queue: Queue): void {
    const bridge = this.bridges.get(queue);
    if (bridge === undefined) return;
    this.unsettled.add(bridge);
    bridge.update();
  }

  queueDeleted(queue: Queue): void {
    if (this.bridges.has(queue)) {
      for (const entry of this.feeds.values()) {
        if (entry.bridge.queue === queue) this.closeFeed(entry);
      }
    }
    this.leases.endFeed(queue.settings.vhost, queue.name);
  }

  queueRulesChanged(queue: Queue): void {
    if (!this.bridges.has(queue)) return;
    for (const entry of this.feeds.values()) {
      if (entry.bridge.queue !== queue) continue;
      const { writer, slot } = entry.connection;
      entry.limits = this.limitsOf(queue);
      entry.bridge.setLimits(entry.limits);
      this.plane.setFeedLimits(writer, slot, entry.limits);
    }
  }

  permissionsChanged(user: User): void {
    for (const [sink, { lease, shard, topics }] of this.sinks) {
      if (lease.owner.connection.user !== user) continue;
      if (isStillAllowed(this.core, lease, topics)) continue;
      const fields = { sink, user: user.name };
      this.core.events.write('warn', fields, 'sink closed: its permissions have changed');
      this.plane.closeSink(shard, sink);
    }
  }

  vhostDeleted(vhost: string): void {
    this.mirror.vhostDeleted(vhost);
  }

  whenRouted(done: () => void): boolean {
    if (!this.leavesLate()) return this.mirror.whenRouted(done);
    this.waiters.push(done);
    return true;
  }

  countTraffic(): void {
    for (const entry of this.sinks.values()) countSink(this.core, entry);
    for (const entry of this.feeds.values()) countFeed(entry);
  }

  hold(held: boolean): void {
    this.plane.hold(held);
  }

  finishTurn(): void {
    for (const bridge of this.unsettled) if (bridge.finishTurn()) this.unsettled.delete(bridge);
    this.callWaiters();
    this.mirror.flush();
    this.plane.publish();
  }

  present(token: string, isSecure: boolean): Presentation<LeaseOwner> {
    // What was asked for in secret isn't sent in the clear.
    const mustBeSecure = this.leases.ownerOf(token)?.connection.isSecure === true;
    const presentation: Presentation<LeaseOwner> =
      mustBeSecure && !isSecure
        ? { outcome: 'not valid' }
        : this.leases.present(token, this.core.nowMs);
    if (presentation.outcome !== 'acquired') this.totals.leasesRefused++;
    return presentation;
  }

  accept(
    lease: Lease<LeaseOwner>,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): number {
    if (lease.target.kind === 'feed') {
      this.acceptFeed(lease, lease.target.vhost, lease.target.queue, transport);
      return end;
    }
    const { vhost: vhostName, exchange } = lease.target;
    const vhost = this.core.vhosts.get(vhostName);
    if (vhost === undefined) throw new Error(`a lease in the unknown vhost '${vhostName}'`);
    const shard = this.plane.shardOf(vhostName, exchange);
    if (!this.plane.isRunning(shard)) {
      this.core.log.warn({ exchange, shard, peer: transport.peer }, 'sink refused: no shard runs');
      this.leases.end(lease);
      transport.destroy();
      return end;
    }
    if (this.mirror.ensure(shard, vhost)) this.bridgesChangeShard(vhostName);
    const sink = this.nextSink++;
    transport.write(encodeShortstr(sinkReadyReply(exchange)));
    const { number: connection, user } = lease.owner.connection;
    const meter = Meter.create('sink');
    const topics = topicsOf(this.core, lease);
    const request = {
      sink,
      vhost: vhostName,
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
    this.sinks.set(sink, { lease, shard, topics, parked, meter, peer, counted: 0 });
    this.totals.sinksOpened++;
    this.core.log.debug({ sink, exchange, shard, peer: transport.peer }, 'sink connected');
    return attached.next;
  }

  synced(shard: number, sequence: number): void {
    this.mirror.synced(shard, sequence);
  }

  sinkClosed(sink: number, reason: string | null, descriptorClosed: boolean): void {
    const entry = this.sinks.get(sink);
    if (entry === undefined) return;
    this.sinks.delete(sink);
    countSink(this.core, entry);
    this.leases.end(entry.lease);
    if (descriptorClosed && entry.parked !== null) this.parked.close(entry.parked);
    else entry.parked?.close();
    this.parked.sweep();
    const level = reason === null ? 'debug' : 'warn';
    this.core.log[level]({ sink, reason }, 'sink closed');
  }

  shardLost(shard: number): void {
    this.core.log.error({ shard }, 'shard lost, its sinks are closed');
    this.mirror.shardReset(shard);
    for (const bridge of this.bridges.values()) {
      bridge.shardReset(shard);
      this.unsettled.add(bridge);
    }
    for (const [sink, entry] of this.sinks)
      if (entry.shard === shard) this.sinkClosed(sink, null, true);
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
    const entry = this.feeds.get(slot);
    if (entry === undefined) {
      this.feedReleased(slot, report);
      return;
    }
    const queue = entry.bridge.queue.name;
    this.core.log.debug({ slot, reason, queue }, 'feed gone');
    this.logLosses(queue, report, entry.bridge.losses, reason);
    this.forgetFeed(entry);
    entry.handle.close();
  }

  feedWarning(report: FeedReport): void {
    this.totals.feedWarnings++;
    const entry = this.feeds.get(report.slot);
    this.core.log.warn(
      { queue: entry?.bridge.queue.name, peer: entry?.peer, ...report, limits: entry?.limits },
      'feed is slow, its backlog has reached a warn limit',
    );
  }

  feedDropping(report: FeedReport): void {
    const entry = this.feeds.get(report.slot);
    this.core.log.warn(
      { queue: entry?.bridge.queue.name, peer: entry?.peer, ...report, limits: entry?.limits },
      'feed is too slow, its backlog is at a drop limit: new messages are dropped',
    );
  }

  writerLost(writer: number): void {
    this.core.log.error({ writer }, 'writer lost, its feeds are closed');
    for (const entry of this.feeds.values()) {
      if (entry.connection.writer === writer) this.closeFeed(entry);
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
    for (const { bridge, connection } of this.feeds.values()) {
      if (connection.writer !== writer) continue;
      bridge.wake();
      this.unsettled.add(bridge);
    }
  }

  content({ queueNumbers, origin }: InboxQueues, view: MessageView): void {
    this.deliver(queueNumbers, origin, view);
  }

  unrouted(sink: number, view: MessageView): void {
    this.giveBack(sink, NO_ROUTE, 'NO_ROUTE', view);
  }

  immediate({ queueNumbers, origin }: InboxQueues, returnTo: number, view: MessageView): void {
    const able = queueNumbers.filter(
      (number) => this.core.queues.get(number)?.canDeliverNow(origin) === true,
    );
    if (able.length > 0) this.deliver(able, origin, view);
    else if (returnTo !== NOBODY) this.giveBack(returnTo, NO_CONSUMERS, 'NO_CONSUMERS', view);
  }

  queueSwitched(queueNumber: number, barrier: number): void {
    const queue = this.core.queues.get(queueNumber);
    const bridge = queue === undefined ? undefined : this.bridges.get(queue);
    if (bridge === undefined) return;
    bridge.switched(barrier);
    this.unsettled.add(bridge);
  }

  get scratch(): MessageView {
    return this.core.scratch;
  }

  shardsOf(vhost: string): readonly number[] {
    return this.mirror.shardsOf(vhost);
  }

  toFeed(shard: number, queue: Queue, { writer, slot, access }: FeedConnection): number {
    const barrier = this.nextBarrier++;
    const { number: queueNumber, vhost } = queue.settings;
    const refusedOrigin = queue.consumers.all[0]?.refusedOrigin ?? NO_ORIGIN;
    const state = { queueNumber, writer, slot, refusedOrigin, feed: access };
    this.mirror.switchQueue(shard, vhost, state, barrier);
    return barrier;
  }

  toMain(shard: number, queue: Queue): number {
    const fence = this.nextBarrier++;
    const { number: queueNumber, vhost } = queue.settings;
    // The shards have been told that a deleted queue is gone.
    if (!this.core.queues.has(queueNumber)) return fence;
    const origin = NO_ORIGIN;
    const state = { queueNumber, writer: AT_MAIN, slot: 0, refusedOrigin: origin, feed: null };
    this.mirror.switchQueue(shard, vhost, state, fence);
    return fence;
  }

  droppedEarly(queue: Queue): void {
    for (const { bridge, peer, limits } of this.feeds.values()) {
      if (bridge.queue !== queue) continue;
      this.core.log.warn(
        { queue: queue.name, peer, dropped: bridge.losses, limits },
        'feed takes too slowly what was queued: new messages are dropped',
      );
    }
  }

  fencePassed(slot: number, fence: number): void {
    const bridge = this.feeds.get(slot)?.bridge;
    if (bridge === undefined) return;
    bridge.fencePassed(fence);
    this.unsettled.add(bridge);
  }

  markReached(slot: number, mark: number): void {
    const bridge = this.feeds.get(slot)?.bridge;
    if (bridge === undefined) return;
    bridge.markReached(mark);
    this.unsettled.add(bridge);
  }

  get nowMs(): number {
    return this.core.nowMs;
  }

  queueNeedsDispatch(queue: Queue): void {
    this.core.queueNeedsDispatch(queue);
  }

  /** Closes all direct connections and ends the threads. */
  async stop(): Promise<void> {
    for (const entry of this.feeds.values()) this.closeFeed(entry);
    for (const [sink, { shard }] of this.sinks) {
      this.plane.closeSink(shard, sink);
    }
    await this.plane.stop();
    for (const sink of [...this.sinks.keys()]) this.sinkClosed(sink, null, true);
    for (const slot of [...this.closing.keys()]) this.feedReleased(slot, null);
    this.parked.sweep();
  }

  /** Main's state and what the threads have counted, without asking them. */
  report(): DirectReport {
    const { nowMs } = this.core;
    return {
      ...this.plane.report(),
      leases: [...this.leases.all()].map((lease) => leaseReport(lease, nowMs)),
      sinks: [...this.sinks].map(([sink, entry]) => sinkReport(sink, entry)),
      feeds: [...this.feeds.values()].map(feedConnectionReport),
      totals: { ...this.totals },
    };
  }

  private deliver(queueNumbers: readonly number[], origin: number, view: MessageView): void {
    const { publication, queues } = this.core;
    publication.reset(origin);
    publication.expirationMs = usableExpiration(view);
    publication.priority = readPriority(view);
    publication.persistent = readDeliveryMode(view) === PERSISTENT;
    for (let i = 0; i < queueNumbers.length; i++) {
      queues.get(queueNumbers[i])?.publish(view, publication);
    }
  }

  private leavesLate(): boolean {
    for (const bridge of this.unsettled) if (bridge.mustLeave) return true;
    return false;
  }

  private callWaiters(): void {
    if (this.waiters.length === 0 || this.leavesLate()) return;
    const { waiters } = this;
    this.waiters = [];
    for (const done of waiters) if (!this.mirror.whenRouted(done)) done();
  }

  private grant(target: Lease<LeaseOwner>['target'], owner: LeaseOwner): string {
    this.leases.endExpired(this.core.nowMs);
    this.totals.leasesGranted++;
    const expiresAtMs = this.core.nowMs + this.settings.leaseTimeoutMs;
    return this.leases.grant(target, owner, expiresAtMs).token;
  }

  private acceptFeed(
    lease: Lease<LeaseOwner>,
    vhost: string,
    name: string,
    transport: ConnectionSocket,
  ): void {
    const queue = this.core.vhosts.get(vhost)?.queues.get(name);
    if (queue === undefined) throw new Error(`the lease of the deleted queue '${name}' is alive`);
    const slot = this.nextSlot++;
    const writer = slot % this.plane.writerCount;
    const outlet = this.plane.outlet(writer);
    if (outlet === null) {
      this.leases.end(lease);
      transport.destroy();
      return;
    }
    transport.write(encodeShortstr(feedReadyReply(name)));
    transport.become(FEED_HANDLER);
    const bridge = this.bridges.get(queue) ?? new FeedBridge(queue, this);
    const handle = transport.lend(() => {
      const entry = this.feeds.get(slot);
      if (entry !== undefined) this.closeFeed(entry);
    });
    const limits = this.limitsOf(queue);
    const meter = Meter.create('feed');
    const access = { fd: handle.fd, meter: meter.buffer };
    const connection = { writer, slot, outlet, access };
    const { peer } = transport;
    this.bridges.set(queue, bridge);
    this.feeds.set(slot, { lease, bridge, connection, handle, limits, meter, peer, counted: 0 });
    this.totals.feedsOpened++;
    this.plane.addFeed(writer, {
      slot,
      ...access,
      limits,
      padShort: lease.owner.connection.clientProduct.startsWith(PRODUCT_WITH_SHORT_READS),
    });
    bridge.connect(connection, limits);
    this.unsettled.add(bridge);
    this.core.log.debug({ slot, queue: name, writer, peer: transport.peer }, 'feed connected');
  }

  private limitsOf(queue: Queue): FeedLimits {
    const { rules } = queue;
    const { feedLimits } = this.settings;
    return {
      warnMessages: rules.feedWarnMessages ?? feedLimits.warnMessages,
      warnOctets: rules.feedWarnOctets ?? feedLimits.warnOctets,
      dropMessages: rules.feedDropMessages ?? feedLimits.dropMessages,
      dropOctets: rules.feedDropOctets ?? feedLimits.dropOctets,
    };
  }

  /** A shard has got its first sink in a virtual host: it must learn which feeds are active. */
  private bridgesChangeShard(vhost: string): void {
    for (const bridge of this.bridges.values()) {
      if (bridge.queue.settings.vhost === vhost) this.unsettled.add(bridge);
    }
  }

  private giveBack(sink: number, code: number, text: string, view: MessageView): void {
    const lease = this.sinks.get(sink)?.lease;
    // The channel has gone, and with it whoever could be told.
    if (lease === undefined || lease.state === 'ended') return;
    writeReturn(lease.owner, code, text, view);
  }

  /** Breaks a feed's connection; its descriptor is closed when the writer has let it go. */
  private closeFeed(entry: FeedEntry): void {
    const { handle, bridge, connection, meter } = entry;
    const { writer, slot } = connection;
    const { losses } = bridge;
    this.closing.set(slot, { handle, queue: bridge.queue.name, writer, losses, meter });
    this.forgetFeed(entry);
    this.plane.removeFeed(writer, slot);
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

  private forgetFeed(entry: FeedEntry): void {
    const { lease, bridge, connection } = entry;
    countFeed(entry);
    this.feeds.delete(connection.slot);
    this.leases.end(lease);
    bridge.disconnect();
    this.unsettled.delete(bridge);
    this.bridges.delete(bridge.queue);
  }
}

/** A direct publisher isn't told of an expiration that makes no sense: it counts as none. */
function usableExpiration(view: MessageView): number {
  const milliseconds = readExpirationMs(view);
  return Number.isNaN(milliseconds) ? Infinity : milliseconds;
}
