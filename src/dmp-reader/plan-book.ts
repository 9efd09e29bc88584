import { RECORD_CONTENTS, RECORD_IMMEDIATE, RECORD_UNROUTED } from '../ring/record-types.ts';
import type { Route } from '../routing/route.ts';
import { ANY_ORIGIN, AT_MAIN, type Destination, NO_ORIGIN, Plan, PlanTarget } from './plan.ts';
import { QueueSets } from './queue-set.ts';
import type { RingOutlet } from './ring-outlet.ts';

/** Count of a RECORD_IMMEDIATE that is never returned, because somebody else has got it. */
const NOT_RETURNED = -1;

/**
 * Turns routes into plans, and keeps the plans until a destination changes: any change makes all of
 * them outdated, by moving to the next epoch. They are cheap to make.
 */
export class PlanBook {
  private readonly main: RingOutlet;
  private readonly writers = new Map<number, RingOutlet>();
  /** The same as a list. */
  private feeds: readonly RingOutlet[] = [];
  private readonly queueSets = new QueueSets();
  /** For each route to several queues the plan used last. */
  private plans = new WeakMap<Route<Destination>, Plan>();
  private currentEpoch = 0;

  constructor(main: RingOutlet) {
    this.main = main;
  }

  /** Changes with every destination; plans of other epochs are outdated. */
  get epoch(): number {
    return this.currentEpoch;
  }

  /** Longest content, or run of contents, that fits a record. */
  get recordMaxOctets(): number {
    return this.main.recordMaxOctets;
  }

  /**
   * Contents for the feeds of writer number `writer` go through `outlet` from now on.
   * @throws RangeError if its ring has another capacity than main's
   */
  attachWriter(writer: number, outlet: RingOutlet): void {
    if (outlet.recordMaxOctets !== this.main.recordMaxOctets) {
      throw new RangeError('All rings of a shard must have the same capacity');
    }
    this.detachWriter(writer);
    this.writers.set(writer, outlet);
    this.feeds = [...this.writers.values()];
    this.destinationsChanged();
  }

  /** The writer has gone: contents for its feeds are lost until main has switched their queues. */
  detachWriter(writer: number): void {
    const outlet = this.writers.get(writer);
    if (outlet === undefined) return;
    this.writers.delete(writer);
    this.feeds = [...this.writers.values()];
    this.destinationsChanged();
    outlet.close();
  }

  /** The ring that leads to writer number `writer`, or null. */
  writer(writer: number): RingOutlet | null {
    return this.writers.get(writer) ?? null;
  }

  /** Shows what was appended to the writers. */
  publishFeeds(): void {
    for (let i = 0; i < this.feeds.length; i++) this.feeds[i].publish();
  }

  /** To be called when anything in a destination has changed. */
  destinationsChanged(): void {
    this.currentEpoch++;
    this.plans = new WeakMap();
  }

  /** Whether `plan` may still be used. */
  isCurrent(plan: Plan): boolean {
    return plan.epoch === this.epoch;
  }

  /** What to do with contents of the connection `origin` that take `route`. */
  planFor(route: Route<Destination>, origin: number): Plan {
    const { queues } = route;
    const known = queues.length === 1 ? queues[0].solePlan : this.plans.get(route);
    if (
      known !== null &&
      known !== undefined &&
      known.epoch === this.epoch &&
      (known.origin === ANY_ORIGIN || known.origin === origin)
    ) {
      return known;
    }
    const plan = this.makePlan(queues, origin);
    if (queues.length === 1) queues[0].solePlan = plan;
    else this.plans.set(route, plan);
    return plan;
  }

  /** A plan that serves `destinations` wherever they are now. */
  makePlan(destinations: readonly Destination[], origin: number): Plan {
    if (this.queueSets.full) {
      this.queueSets.clear();
      this.destinationsChanged();
    }
    const targets: PlanTarget[] = [];
    const atMain: Destination[] = [];
    let originMatters = false;
    for (const destination of destinations) {
      if (destination.refusedOrigin !== NO_ORIGIN) originMatters = true;
      if (destination.refusedOrigin === origin) continue;
      if (destination.writer === AT_MAIN) atMain.push(destination);
      else this.addFeed(targets, destination);
    }
    if (atMain.length > 0) this.addQueues(targets, atMain, origin);
    const planOrigin = originMatters || atMain.length > 0 ? origin : ANY_ORIGIN;
    return new Plan(targets, destinations.length > 0, planOrigin, this.epoch);
  }

  /** The plan for a content that goes back to sink number `sink`: no queue was found. */
  unroutedPlan(sink: number, origin: number): Plan {
    const target = new PlanTarget(this.main, RECORD_UNROUTED, sink, 0, null, []);
    return new Plan([target], false, origin, this.epoch);
  }

  /**
   * The plan for a content that may only go where it can be delivered at once, and otherwise back
   * to sink number `sink`: feeds always can, of the other queues main knows it.
   */
  immediatePlan(plan: Plan, sink: number, origin: number): Plan {
    const feeds = plan.targets.filter(({ queueSet }) => queueSet === null);
    const targets = [...feeds];
    let returnTo = feeds.length > 0 ? NOT_RETURNED : sink;
    for (const { queueSet, destinations } of plan.targets) {
      if (queueSet === null) continue;
      const { number } = queueSet;
      targets.push(
        new PlanTarget(this.main, RECORD_IMMEDIATE, number, returnTo, queueSet, destinations),
      );
      returnTo = NOT_RETURNED;
    }
    if (targets.length === 0) {
      const nobody = this.queueSets.intern(origin, []);
      targets.push(new PlanTarget(this.main, RECORD_IMMEDIATE, nobody.number, sink, nobody, []));
    }
    return new Plan(targets, plan.routable, origin, plan.epoch);
  }

  /**
   * A plan for the targets of `plan` from number `first` on, which are still to be served, as they
   * are now: the queues are the same, wherever they have moved.
   */
  refreshed(plan: Plan, first: number, origin: number): Plan {
    const { epoch } = this;
    const targets: PlanTarget[] = [];
    const destinations: Destination[] = [];
    for (const target of plan.targets.slice(first)) {
      if (target.type === RECORD_CONTENTS) destinations.push(...target.destinations);
      else if (target.type === RECORD_UNROUTED) targets.push(target);
      else targets.push(...this.refreshedImmediate(target, origin));
    }
    targets.push(...this.makePlan(destinations, origin).targets);
    return new Plan(targets, plan.routable, origin, epoch);
  }

  private refreshedImmediate(target: PlanTarget, origin: number): readonly PlanTarget[] {
    const plan = this.makePlan(target.destinations, origin);
    return this.immediatePlan(plan, target.count, origin).targets;
  }

  private addFeed(targets: PlanTarget[], destination: Destination): void {
    const outlet = this.writers.get(destination.writer);
    if (outlet === undefined) return;
    const { slot } = destination;
    targets.push(new PlanTarget(outlet, RECORD_CONTENTS, slot, 0, null, [destination]));
  }

  /** As many queue sets as announcements have room for; nearly always one. */
  private addQueues(targets: PlanTarget[], queues: readonly Destination[], origin: number): void {
    const setMax = this.main.queueSetMax;
    for (let from = 0; from < queues.length; from += setMax) {
      const part = queues.slice(from, from + setMax);
      const set = this.queueSets.intern(
        origin,
        part.map(({ queueNumber }) => queueNumber),
      );
      targets.push(new PlanTarget(this.main, RECORD_CONTENTS, set.number, 0, set, part));
    }
  }
}
