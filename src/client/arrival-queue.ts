import type { Tally } from './amqp/tally.ts';
import type { OverflowAction } from './types/settings.ts';

/** Empty places at the front that are kept before the list is shortened. */
const COMPACT_FROM = 1024;

/** Messages that have arrived and that the application has not asked for yet (DMP section 5). */
export class ArrivalQueue<T> {
  private readonly highWater: number;
  private readonly action: OverflowAction;
  private readonly tally: Tally;
  private readonly onOverflow: (action: OverflowAction) => void;
  private items: T[] = [];
  private head = 0;
  private overflowing = false;

  /**
   * @param highWater messages that may wait
   * @param onOverflow called when the queue goes beyond `highWater`, and not again before it has
   *   fallen below half of it
   */
  constructor(
    highWater: number,
    action: OverflowAction,
    tally: Tally,
    onOverflow: (action: OverflowAction) => void,
  ) {
    this.highWater = highWater;
    this.action = action;
    this.tally = tally;
    this.onOverflow = onOverflow;
  }

  get size(): number {
    return this.items.length - this.head;
  }

  /** Takes a message, unless it is dropped. */
  push(item: T): void {
    if (this.size >= this.highWater && !this.makeRoom()) return;
    this.items.push(item);
    this.tally.arrivalWaiting++;
  }

  /** The oldest message, undefined if there is none. */
  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head];
    this.removeOldest();
    if (this.overflowing && this.size < this.highWater / 2) this.overflowing = false;
    return item;
  }

  /** Forgets everything. */
  clear(): void {
    this.tally.arrivalWaiting -= this.size;
    this.items = [];
    this.head = 0;
  }

  /** @returns whether the new message may come in */
  private makeRoom(): boolean {
    if (!this.overflowing) {
      this.overflowing = true;
      this.tally.arrivalOverflows++;
      this.onOverflow(this.action);
    }
    if (this.action === 'warn') return true;
    this.tally.arrivalDiscarded++;
    if (this.action !== 'trim' || this.size === 0) return false;
    this.removeOldest();
    return true;
  }

  private removeOldest(): void {
    this.head++;
    this.tally.arrivalWaiting--;
    if (this.head < COMPACT_FROM || this.head * 2 < this.items.length) return;
    this.items.splice(0, this.head);
    this.head = 0;
  }
}
