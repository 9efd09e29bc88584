import { ContentAssembly, announcedSize } from './content-assembly.ts';
import type { ContentRouter } from './content-router.ts';
import { ContentSource } from './content-source.ts';
import type { LeasedSink } from './leased-sink.ts';
import type { Plan } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
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

/** What is kept of a sink while a ring is full: the run that doesn't fit, and all behind it. */
class HeldOctets {
  readonly source: ContentSource;
  /** Where the run starts and ends, the contents in it, and where it goes. */
  runFrom: number;
  runTo: number;
  runCount: number;
  plan: Plan;
  nextTarget: number;
  /** Behind what was read. */
  readonly end: number;

  constructor(source: ContentSource, end: number, runTo: number, count: number, plan: Plan) {
    this.source = source;
    this.runFrom = 0;
    this.runTo = runTo;
    this.runCount = count;
    this.plan = plan;
    this.nextTarget = 0;
    this.end = end;
  }
}

/** One sink connection: the octets that come in, up to the runs that they become. */
export class SinkReader implements SpaceWaiter {
  private readonly sink: LeasedSink;
  private readonly router: ContentRouter;
  private readonly plans: PlanBook;
  private readonly connection: SinkConnection;
  private readonly leftOverMaxOctets: number;
  private assembly: ContentAssembly | null = null;
  private held: HeldOctets | null = null;
  private closed = false;

  /** @param leftOverMaxOctets what the connection can put in front of what it reads, at most */
  constructor(
    sink: LeasedSink,
    router: ContentRouter,
    plans: PlanBook,
    connection: SinkConnection,
    leftOverMaxOctets: number,
  ) {
    this.sink = sink;
    this.router = router;
    this.plans = plans;
    this.connection = connection;
    this.leftOverMaxOctets = leftOverMaxOctets;
  }

  /** Whether octets are kept because a ring is full: `receive` must not be called. */
  get holding(): boolean {
    return this.held !== null;
  }

  /**
   * Takes the octets [at, end) of `source`. They may be changed, and nothing is kept of them.
   * @returns the offset of the first octet that must be presented again, in front of more
   */
  receive(source: ContentSource, at: number, end: number): number {
    if (this.closed) return end;
    const next = this.assembly === null ? at : this.completeAssembly(source, at, end);
    return this.assembly === null && this.held === null ? this.routeFrom(source, next, end) : end;
  }

  /** A ring has space: goes on where it stopped. */
  spaceGranted(): void {
    const { held, connection } = this;
    if (held === null) return;
    this.held = null;
    this.restoreRun(held);
    const { run } = this.router;
    if (!run.flush()) {
      this.hold(held.source, held.runTo, held.end);
      return;
    }
    const next = this.routeFrom(held.source, held.runTo, held.end);
    if (this.closed || this.held !== null) return;
    const leftOver = held.source.octets.subarray(next, held.end);
    connection.resume(leftOver.length === 0 ? null : leftOver);
  }

  /** The connection has gone, or shall go: lets go of all octets. */
  close(): void {
    this.closed = true;
    this.assembly = null;
    this.held = null;
  }

  private completeAssembly(source: ContentSource, at: number, end: number): number {
    const { assembly, router } = this;
    if (assembly === null) return at;
    const next = assembly.take(source.octets, at, end);
    if (!assembly.complete) return next;
    this.assembly = null;
    router.route(this.sink, assembly.source, 0, assembly.size);
    if (!this.failed() && router.run.blocked) this.hold(source, next, end);
    return next;
  }

  private routeFrom(source: ContentSource, at: number, end: number): number {
    if (this.closed) return end;
    const { router } = this;
    const next = router.route(this.sink, source, at, end);
    if (router.run.blocked) {
      this.hold(source, next, end);
      return end;
    }
    if (this.failed()) return end;
    const size = announcedSize(source.octets, next, end);
    if (size <= this.leftOverMaxOctets) return next;
    this.assembly = new ContentAssembly(size);
    return this.assembly.take(source.octets, next, end);
  }

  /** Closes the connection if the router has found a fault. */
  private failed(): boolean {
    const reason = this.router.faultText;
    if (reason === null) return false;
    this.close();
    this.connection.fail(reason);
    return true;
  }

  /** Keeps the blocked run, and the octets [at, end) of `source` behind it, until there is space. */
  private hold(source: ContentSource, at: number, end: number): void {
    const { run } = this.router;
    this.held = heldIn(run.source, run.to, source, at) ?? copied(run, source, at, end);
    run.waitForSpace(this);
    run.clear();
    this.connection.pause();
  }
}
