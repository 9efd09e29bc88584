import { type Meter, SINK_METER } from '../ring/meter.ts';
import { announcedSize, ContentAssembly } from './content-assembly.ts';
import type { ContentRouter } from './content-router.ts';
import type { ContentSource } from './content-source.ts';
import { HeldOctets } from './held-octets.ts';
import type { LeasedSink } from './leased-sink.ts';
import type { PlanBook } from './plan-book.ts';
import type { ReaderTally } from './reader-tally.ts';
import type { SpaceWaiter } from './ring-outlet.ts';

/** The connection that a sink's octets come from. */
export interface SinkConnection {
  /** Don't read: a ring is full. */
  pause(): void;
  /** Read again, and present `leftOver`, if not null, in front of what is read. */
  resume(leftOver: Buffer | null): void;
  /** The client broke the protocol: close. */
  fail(reason: string): void;
}

/** One sink connection: takes the octets that come in and sees to it that they are routed. */
export class SinkReader implements SpaceWaiter {
  private readonly sink: LeasedSink;
  private readonly router: ContentRouter;
  private readonly plans: PlanBook;
  private readonly connection: SinkConnection;
  private readonly tally: ReaderTally;
  private readonly meter: Meter;
  private readonly leftOverMaxOctets: number;
  private assembly: ContentAssembly | null = null;
  private held: HeldOctets | null = null;
  private closed = false;

  /**
   * @param tally that of `router`
   * @param meter shows what came from this connection
   * @param leftOverMaxOctets what the connection can put in front of what it reads, at most
   */
  constructor(
    sink: LeasedSink,
    router: ContentRouter,
    plans: PlanBook,
    connection: SinkConnection,
    tally: ReaderTally,
    meter: Meter,
    leftOverMaxOctets: number,
  ) {
    this.sink = sink;
    this.router = router;
    this.plans = plans;
    this.connection = connection;
    this.tally = tally;
    this.meter = meter;
    this.leftOverMaxOctets = leftOverMaxOctets;
  }

  /** Whether octets are kept because a ring is full: `receive` must not be called then. */
  get holding(): boolean {
    return this.held !== null;
  }

  /**
   * Takes the octets [at, end) of `source`. They may be changed; nothing is kept of them.
   * @returns the offset of the first octet that must be presented again, in front of more
   */
  receive(source: ContentSource, at: number, end: number): number {
    if (this.closed) return end;
    const { contentsIn, copiesOut } = this.tally;
    const next = this.take(source, at, end);
    this.count(contentsIn, copiesOut, next - at);
    return next;
  }

  private take(source: ContentSource, at: number, end: number): number {
    if (this.assembly === null) return this.route(source, at, end);
    const next = this.assembly.take(source.octets, at, end);
    if (!this.assembly.complete) return end;
    this.routeAssembled(this.assembly);
    if (this.router.run.blocked) this.hold(HeldOctets.copyOf(this.router.run, source, next, end));
    return this.holding || this.closed ? end : this.route(source, next, end);
  }

  /** A ring has space: goes on where it stopped. */
  spaceGranted(): void {
    const { held } = this;
    if (held === null) return;
    const { run } = this.router;
    const { source, restAt, end } = held;
    const { contentsIn, copiesOut } = this.tally;
    this.held = null;
    held.restore(run, this.plans, this.sink.origin);
    const next = run.flush() ? this.routeSome(source, restAt, end) : restAt;
    this.count(contentsIn, copiesOut, 0);
    if (run.blocked) this.hold(HeldOctets.again(run, source, next, end));
    else if (!this.closed) this.resume(source.octets, next, end);
  }

  /** The connection has gone, or shall go: lets go of all octets. */
  close(): void {
    this.closed = true;
    this.assembly = null;
    this.held = null;
  }

  private route(source: ContentSource, at: number, end: number): number {
    const next = this.routeSome(source, at, end);
    const { run } = this.router;
    if (!run.blocked) return next;
    this.hold(HeldOctets.copyOf(run, source, next, end));
    return end;
  }

  /** Routes what it can; what is missing of a large content is assembled from now on. */
  private routeSome(source: ContentSource, at: number, end: number): number {
    const { router } = this;
    const next = router.route(this.sink, source, at, end);
    if (this.failed()) return end;
    if (router.run.blocked) return next;
    const size = announcedSize(source.octets, next, end);
    if (size <= this.leftOverMaxOctets) return next;
    this.assembly = new ContentAssembly(size, size > this.plans.recordMaxOctets);
    return this.assembly.take(source.octets, next, end);
  }

  private routeAssembled({ source, size }: ContentAssembly): void {
    this.assembly = null;
    this.router.route(this.sink, source, 0, size);
    this.failed();
  }

  /** Closes the connection if the router has found a fault. */
  private failed(): boolean {
    const reason = this.router.faultText;
    if (reason === null) return false;
    this.close();
    this.connection.fail(reason);
    return true;
  }

  /** @param contentsBefore and `copiesBefore`: what the tally showed before this sink's turn */
  private count(contentsBefore: number, copiesBefore: number, octets: number): void {
    this.meter.add(SINK_METER.contentsIn, this.tally.contentsIn - contentsBefore);
    this.meter.add(SINK_METER.copiesOut, this.tally.copiesOut - copiesBefore);
    this.meter.add(SINK_METER.octetsIn, octets);
  }

  private hold(held: HeldOctets): void {
    const { run } = this.router;
    this.held = held;
    run.waitForSpace(this);
    run.clear();
    this.connection.pause();
  }

  private resume(b: Buffer, at: number, end: number): void {
    this.connection.resume(at === end ? null : Buffer.from(b.subarray(at, end)));
  }
}
