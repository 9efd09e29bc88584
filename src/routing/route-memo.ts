import { NO_ENTRY, OctetIndex, type OctetIndexLimits } from './octet-index.ts';
import { wordsOf } from './packed-key.ts';
import type { Route } from './route.ts';
import type { TopicPattern } from './topic-pattern.ts';

/**
 * Bounds of one exchange's memo, about 5 MiB when it is full: room for the keys that are in use at
 * a time, not for all that ever were. A full memo starts again from nothing.
 */
export const ROUTE_MEMO_LIMITS: OctetIndexLimits = {
  maxEntries: 65_536,
  maxKeyOctets: 2 * 1024 * 1024,
};

/**
 * Changed patterns kept; a power of two. Checking an entry against this many costs about as much as
 * finding the route again, so keeping more would gain nothing.
 */
const CHANGES_MAX = 32;

/**
 * The known routes of one exchange by routing key.
 *
 * A changed pattern concerns few of the keys, but to find out which takes a look at all of them.
 * That look is left to the lookups: a change is only noted, and an entry is checked against
 * the changes noted since its last use. So a change costs the same whatever is in the memo, and
 * traffic pays for the keys it uses. Entries that missed CHANGES_MAX changes are dropped.
 */
export class RouteMemo<Q extends object> {
  private readonly index: OctetIndex;
  /** The route of each entry; null if it is to be found again. */
  private readonly routes: (Route<Q> | null)[] = [];
  /** The number of changes that each entry is known to have survived. */
  private readonly checkedUntil: number[] = [];
  /** The latest changes; change number n is in slot n modulo CHANGES_MAX. */
  private readonly changes: (TopicPattern | null)[] = new Array(CHANGES_MAX).fill(null);
  /** Number of changes so far. */
  private changeCount = 0;

  constructor(limits: OctetIndexLimits = ROUTE_MEMO_LIMITS) {
    this.index = new OctetIndex(limits);
  }

  /** Keys in here, including those whose route is to be found again. */
  get size(): number {
    return this.index.size;
  }

  /** The route of the routing key in the octets [from, to) of `b`, or null if not known. */
  lookup(b: Buffer, from: number, to: number): Route<Q> | null {
    const entry = this.index.find(wordsOf(b), from, to);
    if (entry === NO_ENTRY) return null;
    if (this.checkedUntil[entry] !== this.changeCount) this.check(entry, b, from, to);
    return this.routes[entry];
  }

  /** Remembers the route of the routing key in the octets [from, to) of `b`, if there is room. */
  store(b: Buffer, from: number, to: number, route: Route<Q>): void {
    let entry = this.index.find(wordsOf(b), from, to);
    if (entry === NO_ENTRY) entry = this.addEntry(b, from, to);
    if (entry === NO_ENTRY) return;
    this.routes[entry] = route;
    this.checkedUntil[entry] = this.changeCount;
  }

  /** Forgets the route of the routing key `key`. */
  forgetKey(key: Buffer): void {
    const entry = this.index.find(wordsOf(key), 0, key.length);
    if (entry !== NO_ENTRY) this.routes[entry] = null;
  }

  /** Forgets the routes of the routing keys that match `pattern`. */
  forgetMatching(pattern: TopicPattern): void {
    if (this.index.size === 0) return;
    this.changes[this.changeCount % CHANGES_MAX] = pattern;
    this.changeCount++;
    if (this.changeCount % CHANGES_MAX === 0) this.dropUnchecked();
  }

  /** Forgets all routes. */
  forgetAll(): void {
    this.index.clear();
    this.routes.length = 0;
    this.checkedUntil.length = 0;
  }

  private addEntry(b: Buffer, from: number, to: number): number {
    if (!this.index.hasRoomFor(to - from)) this.forgetAll();
    return this.index.add(wordsOf(b), from, to);
  }

  private check(entry: number, b: Buffer, from: number, to: number): void {
    const first = this.checkedUntil[entry];
    this.checkedUntil[entry] = this.changeCount;
    if (this.changeCount - first > CHANGES_MAX) {
      this.routes[entry] = null;
      return;
    }
    if (this.routes[entry] === null) return;
    for (let change = first; change < this.changeCount; change++) {
      if (this.changes[change % CHANGES_MAX]?.matches(b, from, to) !== false) {
        this.routes[entry] = null;
        return;
      }
    }
  }

  /** Lets go of routes that no lookup would return: they may hold queues that are long gone. */
  private dropUnchecked(): void {
    let known = 0;
    for (let entry = 0; entry < this.routes.length; entry++) {
      if (this.changeCount - this.checkedUntil[entry] >= CHANGES_MAX) this.routes[entry] = null;
      if (this.routes[entry] !== null) known++;
    }
    if (known === 0) this.forgetAll();
  }
}
