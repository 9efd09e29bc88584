/** Told about one message: null when the broker has it, an error when it has not. */
export type ConfirmCallback = (error: Error | null) => void;

interface Waiter {
  /** The highest delivery tag waited for. */
  readonly upTo: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A slot whose message is confirmed; one without a callback is `undefined`. */
const CONFIRMED = null;
/** Confirmed slots at the front that are kept before the list is shortened. */
const COMPACT_FROM = 1024;

/** The messages of a channel in confirm mode that the broker has not answered for. */
export class Confirms {
  private slots: (ConfirmCallback | undefined | null)[] = [];
  /** Index of the first slot that is not confirmed. */
  private head = 0;
  /** Delivery tag of that slot. */
  private headTag = 1;
  private waiters: Waiter[] = [];
  private unansweredCount = 0;
  /** Why messages were lost: the channel closed before they were confirmed. */
  private lost: Error | null = null;

  /** Messages not confirmed. */
  get unanswered(): number {
    return this.unansweredCount;
  }

  /** A message was published. */
  published(callback: ConfirmCallback | undefined): void {
    this.slots.push(callback);
    this.unansweredCount++;
  }

  /** Basic.Ack, or with an error Basic.Nack. */
  answered(tag: number, multiple: boolean, error: Error | null): void {
    const last = multiple && tag === 0 ? this.headTag + this.slots.length - this.head - 1 : tag;
    for (let next = multiple ? this.headTag : tag; next <= last; next++) this.settle(next, error);
    this.advance();
  }

  /**
   * Resolves when all messages published so far are confirmed; rejects at the first that is not.
   */
  wait(): Promise<void> {
    if (this.lost !== null) return Promise.reject(this.lost);
    if (this.unansweredCount === 0) return Promise.resolve();
    const upTo = this.headTag + this.slots.length - this.head - 1;
    return new Promise((resolve, reject) => {
      this.waiters.push({ upTo, resolve, reject });
    });
  }

  /** The broker will not answer for any message published so far; tags start anew. */
  abandon(error: Error, final: boolean): void {
    const { slots, head } = this;
    if (final && this.unansweredCount > 0) this.lost = error;
    this.slots = [];
    this.head = 0;
    this.headTag = 1;
    this.unansweredCount = 0;
    for (let i = head; i < slots.length; i++) slots[i]?.(error);
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }

  private settle(tag: number, error: Error | null): void {
    const index = this.head + tag - this.headTag;
    const callback = this.slots[index];
    if (index < this.head || index >= this.slots.length || callback === CONFIRMED) return;
    this.slots[index] = CONFIRMED;
    this.unansweredCount--;
    if (error !== null) this.failWaiters(tag, error);
    callback?.(error);
  }

  private advance(): void {
    const { slots } = this;
    while (this.head < slots.length && slots[this.head] === CONFIRMED) {
      this.head++;
      this.headTag++;
    }
    if (this.head >= COMPACT_FROM && this.head * 2 >= slots.length) {
      slots.splice(0, this.head);
      this.head = 0;
    }
    this.resolveWaiters();
  }

  private resolveWaiters(): void {
    while (this.waiters.length > 0 && this.waiters[0].upTo < this.headTag) {
      this.waiters.shift()?.resolve();
    }
  }

  private failWaiters(tag: number, error: Error): void {
    const failed = this.waiters.filter((waiter) => waiter.upTo >= tag);
    if (failed.length === 0) return;
    this.waiters = this.waiters.filter((waiter) => waiter.upTo < tag);
    for (const waiter of failed) waiter.reject(error);
  }
}
