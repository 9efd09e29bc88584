import { RECORD_CONTENTS } from '../ring/record-types.ts';
import { ContentSource } from './content-source.ts';
import { ANY_ORIGIN, Plan, type PlanTarget } from './plan.ts';
import type { ReaderTally } from './reader-tally.ts';
import type { SpaceWaiter } from './ring-outlet.ts';

/**
 * Octets after which a run of contents ends. The cost of a record is nothing compared to copying as
 * much; its reader can start on it, and need not handle more before it looks after others.
 */
const RUN_MAX_OCTETS = 64 * 1024;

const NO_SOURCE = ContentSource.allocate(0);
const NO_PLAN = new Plan([], false, ANY_ORIGIN, -1);

/**
 * A run: consecutive contents with the same plan, which become one record for each target of the
 * plan. When a ring is full it stays as it is, and the next `flush` goes on with that ring's
 * target: no target gets anything twice.
 */
export class Run {
  /** Where the contents lie; valid while `count` is not 0. */
  source = NO_SOURCE;
  from = 0;
  to = 0;
  /** Contents in the run. */
  count = 0;
  plan = NO_PLAN;
  /** Index of the first target that hasn't got the run. */
  nextTarget = 0;
  private readonly maxOctets: number;
  private readonly tally: ReaderTally;

  /** @param recordMaxOctets longest payload of a record */
  constructor(recordMaxOctets: number, tally: ReaderTally) {
    this.maxOctets = Math.min(RUN_MAX_OCTETS, recordMaxOctets);
    this.tally = tally;
  }

  /** Whether a flush has failed: the run waits for space. */
  get blocked(): boolean {
    return this.count > 0 && this.nextTarget < this.plan.targets.length;
  }

  /** End of what can be added to this run. */
  get limit(): number {
    return this.from + this.maxOctets;
  }

  /**
   * Adds the content [from, to) of `source`, as a new run if it can't be part of this one: a target
   * that has got this run already would not get the content.
   * @returns false if this run is in the way, because a ring is full
   */
  add(source: ContentSource, from: number, to: number, plan: Plan): boolean {
    if (
      this.count > 0 &&
      this.nextTarget === 0 &&
      plan === this.plan &&
      from === this.to &&
      source === this.source &&
      to - this.from <= this.maxOctets
    ) {
      this.to = to;
      this.count++;
      return true;
    }
    return this.addApart(source, from, to, plan);
  }

  /** Adds a content as a new run in any case. @returns false if this run is in the way */
  addApart(source: ContentSource, from: number, to: number, plan: Plan): boolean {
    if (!this.flush()) return false;
    this.start(source, from, to, 1, plan);
    return true;
  }

  /** Makes this, which is empty, the run of `count` contents in [from, to) of `source`. */
  start(source: ContentSource, from: number, to: number, count: number, plan: Plan): void {
    this.source = source;
    this.from = from;
    this.to = to;
    this.count = count;
    this.plan = plan;
    this.nextTarget = 0;
  }

  /** Adds `count` contents of the same source, up to `to`, which is within `limit`. */
  extend(to: number, count: number): void {
    this.to = to;
    this.count += count;
  }

  /** Appends the run to all rings that it is for. @returns false if one of them is full */
  flush(): boolean {
    if (this.count === 0) return true;
    const { targets } = this.plan;
    while (this.nextTarget < targets.length) {
      const target = targets[this.nextTarget];
      if (!this.appendTo(target)) return false;
      this.tally.copies(this.count * target.copies);
      this.nextTarget++;
    }
    this.tally.contents(this.count, this.plan.routable);
    this.clear();
    return true;
  }

  /** Lets `waiter` wait for the ring that is full. */
  waitForSpace(waiter: SpaceWaiter): void {
    this.plan.targets[this.nextTarget].outlet.waitForSpace(waiter);
  }

  /** Makes it empty. */
  clear(): void {
    this.count = 0;
    this.source = NO_SOURCE;
    this.plan = NO_PLAN;
  }

  private appendTo(to: PlanTarget): boolean {
    const { outlet, queueSet } = to;
    if (queueSet !== null && !queueSet.announced && !outlet.announce(queueSet)) return false;
    const count = to.type === RECORD_CONTENTS ? this.count : to.count;
    return outlet.append(to.type, to.target, count, this.source, this.from, this.to);
  }
}
