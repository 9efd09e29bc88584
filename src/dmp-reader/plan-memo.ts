import { NO_ENTRY, OctetIndex, type OctetIndexLimits } from '../routing/octet-index.ts';
import { ANY_ORIGIN, type Plan } from './plan.ts';

/** Bounds of one exchange's memo, about a MiB when full; then it starts again from nothing. */
const MEMO_LIMITS: OctetIndexLimits = { maxEntries: 16_384, maxKeyOctets: 512 * 1024 };

/**
 * The plans of the routing keys that one exchange has met lately: the short way to what its
 * RouteMemo and the PlanBook know.
 */
export class PlanMemo {
  private readonly index = new OctetIndex(MEMO_LIMITS);
  /** The plan of each entry; null if it is to be found again. */
  private readonly plans: (Plan | null)[] = [];
  private routesVersion = 0;
  private epoch = 0;

  /** Forgets all plans unless they belong to this version of the routes, and to this epoch. */
  keepIfValid(routesVersion: number, epoch: number): void {
    if (this.routesVersion === routesVersion && this.epoch === epoch) return;
    this.routesVersion = routesVersion;
    this.epoch = epoch;
    // The keys will be needed again: routes may change a thousand times a second.
    this.plans.fill(null);
  }

  /**
   * The plan of contents with the routing key [from, to) in `words`, published by the connection
   * `origin`; null if not known.
   */
  find(words: DataView, from: number, to: number, origin: number): Plan | null {
    return this.planOf(this.index.find(words, from, to), origin);
  }

  /** The same if the key is the one that came here after the one found last; otherwise null. */
  findNext(words: DataView, from: number, to: number, origin: number): Plan | null {
    return this.planOf(this.index.findNext(words, from, to), origin);
  }

  /** Remembers the plan of the routing key [from, to) in `words`. */
  store(words: DataView, from: number, to: number, plan: Plan): void {
    let entry = this.index.find(words, from, to);
    if (entry === NO_ENTRY) {
      if (!this.index.hasRoomFor(to - from)) this.forgetAll();
      entry = this.index.add(words, from, to);
    }
    if (entry !== NO_ENTRY) this.plans[entry] = plan;
  }

  private planOf(entry: number, origin: number): Plan | null {
    if (entry === NO_ENTRY) return null;
    const plan = this.plans[entry];
    if (plan === null) return null;
    return plan.origin === ANY_ORIGIN || plan.origin === origin ? plan : null;
  }

  private forgetAll(): void {
    this.index.clear();
    this.plans.length = 0;
  }
}
