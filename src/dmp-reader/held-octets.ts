import { ContentSource } from './content-source.ts';
import type { Plan } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
import type { Run } from './run.ts';

/**
 * What is kept of a sink while a ring is full: the run that doesn't fit, and behind it, at
 * `restAt`, the octets that follow. Not more than was read at once, and one large content.
 */
export class HeldOctets {
  readonly source: ContentSource;
  readonly restAt: number;
  readonly end: number;
  private readonly runFrom: number;
  private readonly contents: number;
  private readonly plan: Plan;
  private readonly nextTarget: number;

  private constructor(
    source: ContentSource,
    runFrom: number,
    restAt: number,
    end: number,
    run: Run,
  ) {
    this.source = source;
    this.restAt = restAt;
    this.end = end;
    this.runFrom = runFrom;
    this.contents = run.count;
    this.plan = run.plan;
    this.nextTarget = run.nextTarget;
  }

  /** Copies the run and the octets [at, end) of `source`, which will be used for something else. */
  static copyOf(run: Run, source: ContentSource, at: number, end: number): HeldOctets {
    const runOctets = run.to - run.from;
    const octets = runOctets + end - at;
    const copy = ContentSource.allocate(octets);
    run.source.octets.copy(copy.octets, 0, run.from, run.to);
    source.octets.copy(copy.octets, runOctets, at, end);
    return new HeldOctets(copy, 0, runOctets, octets, run);
  }

  /** The same if `source` was held before: a run in it can stay where it is. */
  static again(run: Run, source: ContentSource, at: number, end: number): HeldOctets {
    if (run.source !== source) return HeldOctets.copyOf(run, source, at, end);
    return new HeldOctets(source, run.from, run.to, end, run);
  }

  /** Makes `run`, which is empty, the run that was held, less what targets have got of it. */
  restore(run: Run, plans: PlanBook, origin: number): void {
    const isCurrent = plans.isCurrent(this.plan);
    const plan = isCurrent ? this.plan : plans.refreshed(this.plan, this.nextTarget, origin);
    run.start(this.source, this.runFrom, this.restAt, this.contents, plan);
    if (isCurrent) run.nextTarget = this.nextTarget;
  }
}
