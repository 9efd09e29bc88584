import { ContentRouter } from '../dmp-reader/content-router.ts';
import { LeasedSink } from '../dmp-reader/leased-sink.ts';
import { AT_MAIN, type Destination } from '../dmp-reader/plan.ts';
import { PlanBook } from '../dmp-reader/plan-book.ts';
import type { ReaderTally } from '../dmp-reader/reader-tally.ts';
import type { RingOutlet } from '../dmp-reader/ring-outlet.ts';
import { type SinkConnection, SinkReader } from '../dmp-reader/sink-reader.ts';
import { Meter } from '../ring/meter.ts';
import { RECORD_BARRIER, RECORD_FENCE, RECORD_QUEUE_SWITCHED } from '../ring/record-types.ts';
import type { QueueState, SinkLease, TopologyChange, VhostSnapshot } from './shard-messages.ts';
import { VhostCopy } from './vhost-copy.ts';

/**
 * Octets of an incomplete content that its connection keeps and presents again. More would let a
 * client that sends octet by octet make us copy without end; what is larger is assembled.
 */
export const LEFT_OVER_MAX_OCTETS = 16 * 1024;

/**
 * All that a shard does, without its thread and its sockets: copies of the topology, the sinks, and
 * the rings that contents go to. `publish` must be called at the end of every event.
 */
export class ShardCore {
  private readonly main: RingOutlet;
  private readonly tally: ReaderTally;
  private readonly plans: PlanBook;
  private readonly router: ContentRouter;
  private readonly vhosts = new Map<string, VhostCopy>();

  /**
   * @param main the way to main's ring
   * @param maxContentOctets the largest content accepted, its size field included
   */
  constructor(main: RingOutlet, tally: ReaderTally, maxContentOctets: number) {
    this.main = main;
    this.tally = tally;
    this.plans = new PlanBook(main);
    this.router = new ContentRouter(this.plans, maxContentOctets, tally);
  }

  /** Takes over a virtual host as it is. */
  applySnapshot(snapshot: VhostSnapshot): void {
    this.vhosts.set(snapshot.vhost, new VhostCopy(snapshot));
  }

  /** Forgets a virtual host, whose sinks are closed. */
  deleteVhost(vhost: string): void {
    this.vhosts.delete(vhost);
  }

  /** @throws Error if there was no snapshot of the virtual host, or the copy doesn't fit */
  applyChanges(vhost: string, changes: readonly TopologyChange[]): void {
    const copy = this.vhosts.get(vhost);
    if (copy === undefined) throw new Error(`There is no virtual host '${vhost}'`);
    for (const change of changes) this.applyChange(copy, change);
  }

  /** Contents for the feeds of writer number `writer` go through `outlet` from now on. */
  attachWriter(writer: number, outlet: RingOutlet): void {
    this.plans.attachWriter(writer, outlet);
  }

  /** Writer number `writer` has gone; who waits for its ring goes on. */
  detachWriter(writer: number): void {
    this.plans.detachWriter(writer);
  }

  /**
   * @param leftOverMaxOctets what `connection` can put in front of what it reads, at most
   * @returns null if there is no such exchange
   */
  attachSink(
    lease: SinkLease,
    connection: SinkConnection,
    leftOverMaxOctets = LEFT_OVER_MAX_OCTETS,
  ): SinkReader | null {
    const vhost = this.vhosts.get(lease.vhost);
    const exchange = vhost?.exchange(lease.exchange) ?? null;
    if (vhost === undefined || exchange === null) return null;
    const meter = new Meter(lease.meter);
    const leased = new LeasedSink(lease, vhost.graph, exchange, this.plans);
    const leftOverMax = Math.min(leftOverMaxOctets, LEFT_OVER_MAX_OCTETS);
    const { router, plans, tally } = this;
    return new SinkReader(leased, router, plans, connection, tally, meter, leftOverMax);
  }

  /** Shows what was appended to the readers of the rings, and that the thread lives. */
  publish(): void {
    this.main.publish();
    this.plans.publishFeeds();
    this.tally.beat();
  }

  private applyChange(copy: VhostCopy, change: TopologyChange): void {
    switch (change.kind) {
      case 'exchangeDeclared':
        copy.declareExchange(change.exchange);
        return;
      case 'alternateChanged':
        copy.setAlternate(change.name, change.alternate);
        return;
      case 'exchangeDeleted':
        copy.deleteExchange(change.name);
        return;
      case 'queueDeclared':
        copy.declareQueue(change.queue);
        return;
      case 'queueDeleted':
        this.forgetFeed(copy.destination(change.queueNumber));
        copy.deleteQueue(change.queueNumber);
        return;
      case 'bound':
        copy.bind(change.binding);
        return;
      case 'unbound':
        copy.unbind(change.binding);
        return;
      case 'switchQueue':
        this.switchQueue(copy, change.queue, change.number);
    }
  }

  /**
   * No run is open between two events, so all contents before this are in the rings, or held: those
   * will go where the queue is when there is space.
   */
  private switchQueue(copy: VhostCopy, queue: QueueState, number: number): void {
    const destination = copy.destination(queue.queueNumber);
    const { writer, slot } = destination;
    const stays = writer === queue.writer && (writer === AT_MAIN || slot === queue.slot);
    if (!stays) this.forgetFeed(destination);
    copy.moveQueue(queue);
    this.plans.destinationsChanged();
    if (stays) return;
    if (writer !== AT_MAIN) this.plans.writer(writer)?.control(RECORD_FENCE, slot, number);
    if (queue.writer === AT_MAIN) return;
    this.main.control(RECORD_QUEUE_SWITCHED, queue.queueNumber, number);
    const outlet = this.plans.writer(queue.writer);
    outlet?.control(RECORD_BARRIER, queue.slot, number);
    if (queue.feed === null) return;
    const { fd, meter } = queue.feed;
    outlet?.loan?.add(queue.slot, fd, new Meter(meter));
  }

  /** Nothing more comes for the feed that a queue had. */
  private forgetFeed({ writer, slot }: Destination): void {
    if (writer !== AT_MAIN) this.plans.writer(writer)?.loan?.delete(slot);
  }
}
