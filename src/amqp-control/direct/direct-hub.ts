import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { FeedReport } from '../../dmp-writer/feed-report.ts';
import type { InboxQueues } from '../../shards/main-inbox.ts';
import type { MessageView } from '../../wire/message-view.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { ConnectionSocket } from '../net/connection-socket.ts';
import { ParkedHandles } from '../net/parked-handles.ts';
import type { Queue } from '../queues/queue.ts';
import type { User } from '../security/user.ts';
import type { DataPlane, PlaneEvents } from './data-plane.ts';
import { leaseReport } from './direct-connections.ts';
import type { DirectReport } from './direct-report.ts';
import type { DirectService, LeaseOwner } from './direct-service.ts';
import { Feeds } from './feeds.ts';
import { InboundContents } from './inbound-contents.ts';
import {
  isForFeed,
  isForSink,
  type Lease,
  LeaseBook,
  type LeaseTarget,
  type Presentation,
  type SinkTarget,
} from './lease-book.ts';
import { Sinks } from './sinks.ts';
import { TopologyMirror } from './topology-mirror.ts';

/** What Direct Mode is set up with. */
export interface DirectSettings {
  /** Time in which a lease must be presented. */
  readonly leaseTimeoutMs: number;
  /** For feeds whose queue has no limits of its own. */
  readonly feedLimits: FeedLimits;
}

/**
 * Direct Mode in main: grants leases, and leads what the AMQP side and the data plane have to say
 * to the sinks, the feeds and the shards' copies of the topology.
 */
export class DirectHub implements DirectService, PlaneEvents {
  private readonly core: BrokerCore;
  private readonly plane: DataPlane;
  private readonly settings: DirectSettings;
  private readonly mirror: TopologyMirror;
  private readonly leases = new LeaseBook<LeaseOwner>();
  private readonly parked = new ParkedHandles();
  private readonly sinks: Sinks;
  private readonly feeds: Feeds;
  private readonly inbound: InboundContents;
  /** Who waits for shards to be told what they can't be told yet. */
  private waiters: (() => void)[] = [];
  private leasesGranted = 0;
  private leasesRefused = 0;

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
    const { plane, leases, parked, mirror } = this;
    this.sinks = new Sinks(core, plane, leases, parked);
    this.feeds = new Feeds(core, plane, leases, parked, mirror, settings.feedLimits);
    this.inbound = new InboundContents(core, this.sinks);
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

  present(token: string, isSecure: boolean): Presentation<LeaseOwner> {
    // What was asked for in secret isn't sent in the clear.
    const mustBeSecure = this.leases.ownerOf(token)?.connection.isSecure === true;
    const presentation: Presentation<LeaseOwner> =
      mustBeSecure && !isSecure
        ? { outcome: 'not valid' }
        : this.leases.present(token, this.core.nowMs);
    if (presentation.outcome !== 'acquired') this.leasesRefused++;
    return presentation;
  }

  accept(
    lease: Lease<LeaseOwner>,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): number {
    if (isForSink(lease)) return this.acceptSink(lease, transport, octets, at, end);
    if (isForFeed(lease)) this.feeds.accept(lease, transport);
    return end;
  }

  ownerReleased(owner: LeaseOwner): void {
    for (const lease of this.leases.ownedBy(owner)) this.leases.end(lease);
    this.sinks.ownerReleased(owner);
    this.feeds.ownerReleased(owner);
  }

  consumersChanged(queue: Queue): void {
    this.feeds.consumersChanged(queue);
  }

  queueDeleted(queue: Queue): void {
    this.feeds.queueDeleted(queue);
    this.leases.endFeed(queue.settings.vhost, queue.name);
  }

  queueRulesChanged(queue: Queue): void {
    this.feeds.queueRulesChanged(queue);
  }

  permissionsChanged(user: User): void {
    this.sinks.permissionsChanged(user);
  }

  vhostDeleted(vhost: string): void {
    this.mirror.vhostDeleted(vhost);
  }

  whenRouted(done: () => void): boolean {
    if (!this.feeds.leavesLate) return this.mirror.whenRouted(done);
    this.waiters.push(done);
    return true;
  }

  countTraffic(): void {
    this.sinks.countTraffic();
    this.feeds.countTraffic();
  }

  hold(held: boolean): void {
    this.plane.hold(held);
  }

  finishTurn(): void {
    this.feeds.finishTurn();
    this.callWaiters();
    this.mirror.flush();
    this.plane.publish();
  }

  synced(shard: number, sequence: number): void {
    this.mirror.synced(shard, sequence);
  }

  sinkClosed(sink: number, reason: string | null, descriptorClosed: boolean): void {
    this.sinks.closed(sink, reason, descriptorClosed);
  }

  shardLost(shard: number): void {
    this.core.log.error({ shard }, 'shard lost, its sinks are closed');
    this.mirror.shardReset(shard);
    this.feeds.shardReset(shard);
    this.sinks.shardLost(shard);
  }

  content(queues: InboxQueues, view: MessageView): void {
    this.inbound.content(queues, view);
  }

  unrouted(sink: number, view: MessageView): void {
    this.inbound.unrouted(sink, view);
  }

  immediate(queues: InboxQueues, returnTo: number, view: MessageView): void {
    this.inbound.immediate(queues, returnTo, view);
  }

  queueSwitched(queueNumber: number, barrier: number): void {
    this.feeds.queueSwitched(queueNumber, barrier);
  }

  feedReleased(slot: number, report: FeedReport | null): void {
    this.feeds.feedReleased(slot, report);
  }

  feedGone(report: FeedReport, reason: string): void {
    this.feeds.feedGone(report, reason);
  }

  feedWarning(report: FeedReport): void {
    this.feeds.feedWarning(report);
  }

  feedDropping(report: FeedReport): void {
    this.feeds.feedDropping(report);
  }

  fencePassed(slot: number, fence: number): void {
    this.feeds.fencePassed(slot, fence);
  }

  markReached(slot: number, mark: number): void {
    this.feeds.markReached(slot, mark);
  }

  writerLost(writer: number): void {
    this.feeds.writerLost(writer);
  }

  outletUnblocked(writer: number): void {
    this.feeds.outletUnblocked(writer);
  }

  /** Closes all direct connections and ends the threads. */
  async stop(): Promise<void> {
    this.feeds.closeAll();
    this.sinks.close();
    await this.plane.stop();
    this.sinks.planeStopped();
    this.feeds.planeStopped();
    this.parked.sweep();
  }

  /** Main's state and what the threads have counted, without asking them. */
  report(): DirectReport {
    const { leasesGranted, leasesRefused, sinks, feeds } = this;
    const { nowMs } = this.core;
    return {
      ...this.plane.report(),
      leases: [...this.leases.all()].map((lease) => leaseReport(lease, nowMs)),
      sinks: sinks.report(),
      feeds: feeds.report(),
      totals: {
        leasesGranted,
        leasesRefused,
        sinksOpened: sinks.openedCount,
        feedsOpened: feeds.openedCount,
        feedWarnings: feeds.warningCount,
      },
    };
  }

  private grant(target: LeaseTarget, owner: LeaseOwner): string {
    this.leases.endExpired(this.core.nowMs);
    this.leasesGranted++;
    const expiresAtMs = this.core.nowMs + this.settings.leaseTimeoutMs;
    return this.leases.grant(target, owner, expiresAtMs).token;
  }

  private acceptSink(
    lease: Lease<LeaseOwner, SinkTarget>,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): number {
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
    if (this.mirror.ensure(shard, vhost)) this.feeds.shardJoined(vhostName);
    return this.sinks.accept(lease, shard, transport, octets, at, end);
  }

  private callWaiters(): void {
    if (this.waiters.length === 0 || this.feeds.leavesLate) return;
    const { waiters } = this;
    this.waiters = [];
    for (const done of waiters) if (!this.mirror.whenRouted(done)) done();
  }
}
