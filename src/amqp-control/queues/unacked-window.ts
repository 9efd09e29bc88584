/** Entries that a window has room for from its first message on. */
const MIN_CAPACITY = 16;

/** A window this large or smaller is not shrunk: the memory is not worth the copying. */
const SHRINK_ABOVE_CAPACITY = 1024;

/** A window shrinks when less than this share of it is in use: far enough from where it grows. */
const SHRINK_BELOW_SHARE = 1 / 8;

const NO_ENTRY = -1;

/**
 * The deliveries of one channel that wait for their acknowledgement: delivery tag → where the
 * message lies and who got it. Tags are 1, 2, 3 … (AMQP 0-9-1, 4.2 "delivery-tag"); 0 is never one.
 *
 * Entries lie in circular parallel arrays in the order of their tags. An entry that is removed
 * stays as a hole until those before it are removed too, or the arrays are full: then they are
 * written anew without holes. So memory follows the number of unacknowledged deliveries, also
 * when a client never acknowledges one of them while millions pass.
 *
 * Acknowledging several is a loop of the caller:
 *
 *     while (window.size > 0 && window.first <= upTo) { …; window.remove(window.first); }
 */
export class UnackedWindow<Log extends object, Consumer extends object> {
  private tags = new Float64Array(0);
  private positions = new Float64Array(0);
  private logs: (Log | null)[] = [];
  private consumers: (Consumer | null)[] = [];
  private oldest = 0;
  /** Entries from the oldest to the newest, with the holes between them. */
  private span = 0;
  private count = 0;
  private lastTag = 0;

  /** Deliveries that wait. */
  get size(): number {
    return this.count;
  }

  /** Entries that memory is held for. */
  get capacity(): number {
    return this.logs.length;
  }

  /** The lowest tag that waits, or 0 when none does. */
  get first(): number {
    return this.span === 0 ? 0 : this.tags[this.oldest];
  }

  /** The tag that was given out last, whether it still waits or not; 0 before the first. */
  get last(): number {
    return this.lastTag;
  }

  /**
   * Adds a delivery.
   *
   * @param consumer null for the answer to a Basic.Get
   * @returns its tag
   */
  push(log: Log, position: number, consumer: Consumer | null): number {
    if (this.span === this.logs.length) this.rebuild();
    const index = this.indexAt(this.span);
    const tag = ++this.lastTag;
    this.tags[index] = tag;
    this.positions[index] = position;
    this.logs[index] = log;
    this.consumers[index] = consumer;
    this.span++;
    this.count++;
    return tag;
  }

  /** Gives out a tag for a delivery that needs no acknowledgement. */
  skip(): number {
    return ++this.lastTag;
  }

  /** The log of the message, or null when the tag does not wait. */
  entryLog(tag: number): Log | null {
    const index = this.find(tag);
    return index === NO_ENTRY ? null : this.logs[index];
  }

  /** The position of the message in its log, or -1 when the tag does not wait. */
  entryPosition(tag: number): number {
    const index = this.find(tag);
    return index === NO_ENTRY ? -1 : this.positions[index];
  }

  /** Who got the message; null for a Basic.Get and when the tag does not wait. */
  entryConsumer(tag: number): Consumer | null {
    const index = this.find(tag);
    return index === NO_ENTRY ? null : this.consumers[index];
  }

  /** The lowest tag above the given one that waits, or 0 when there is none. */
  next(tag: number): number {
    for (let step = this.stepsTo(tag + 1); step < this.span; step++) {
      const index = this.indexAt(step);
      if (this.logs[index] !== null) return this.tags[index];
    }
    return 0;
  }

  /** The delivery is settled. @returns false when the tag did not wait */
  remove(tag: number): boolean {
    const index = this.find(tag);
    if (index === NO_ENTRY) return false;
    this.logs[index] = null;
    this.consumers[index] = null;
    this.count--;
    if (index === this.oldest) this.skipHoles();
    return true;
  }

  /** Forgets all deliveries; tags go on from the last one. */
  clear(): void {
    this.count = 0;
    this.span = 0;
    this.rebuild();
  }

  private indexAt(step: number): number {
    return (this.oldest + step) & (this.logs.length - 1);
  }

  private find(tag: number): number {
    const step = this.stepsTo(tag);
    if (step === this.span) return NO_ENTRY;
    const index = this.indexAt(step);
    return this.tags[index] === tag && this.logs[index] !== null ? index : NO_ENTRY;
  }

  /**
   * Entries before the first one whose tag is not below the given one. Behind the newest hole that
   * was squeezed out, tags are consecutive: counting from the oldest or the newest entry hits.
   */
  private stepsTo(tag: number): number {
    const span = this.span;
    if (span === 0 || tag > this.tags[this.indexAt(span - 1)]) return span;
    const first = this.tags[this.oldest];
    if (tag <= first) return 0;
    if (tag - first < span && this.tags[this.indexAt(tag - first)] === tag) return tag - first;
    const fromNewest = span - 1 - (this.tags[this.indexAt(span - 1)] - tag);
    if (fromNewest > 0 && this.tags[this.indexAt(fromNewest)] === tag) return fromNewest;
    return this.searchStepsTo(tag);
  }

  private searchStepsTo(tag: number): number {
    let low = 0;
    let high = this.span;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tags[this.indexAt(middle)] < tag) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private skipHoles(): void {
    while (this.span > 0 && this.logs[this.oldest] === null) {
      this.oldest = this.indexAt(1);
      this.span--;
    }
    const capacity = this.logs.length;
    if (capacity > SHRINK_ABOVE_CAPACITY && this.span < capacity * SHRINK_BELOW_SHARE) {
      this.rebuild();
    }
  }

  /** Writes the entries anew, without holes, into arrays that are half full at most. */
  private rebuild(): void {
    let capacity = MIN_CAPACITY;
    while (capacity < 2 * this.count) capacity *= 2;
    const tags = new Float64Array(capacity);
    const positions = new Float64Array(capacity);
    const logs = new Array<Log | null>(capacity).fill(null);
    const consumers = new Array<Consumer | null>(capacity).fill(null);
    let kept = 0;
    for (let step = 0; step < this.span; step++) {
      const index = this.indexAt(step);
      if (this.logs[index] === null) continue;
      tags[kept] = this.tags[index];
      positions[kept] = this.positions[index];
      logs[kept] = this.logs[index];
      consumers[kept] = this.consumers[index];
      kept++;
    }
    this.tags = tags;
    this.positions = positions;
    this.logs = logs;
    this.consumers = consumers;
    this.oldest = 0;
    this.span = kept;
  }
}
