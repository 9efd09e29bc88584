import type { ConsumerSet } from './consumer-set.ts';
import { NOT_SCHEDULED, type TimerQueue, type TimerTask } from './timer-queue.ts';

/** Says when a queue has not been used for as long as its x-expires allows. */
export class UnusedTimer implements TimerTask {
  timerIndex = NOT_SCHEDULED;
  private readonly timers: TimerQueue;
  private readonly consumers: ConsumerSet;
  private readonly onUnused: () => void;
  private allowedMs = Infinity;
  private usedMs: number;

  /** @param consumers while there are some, it is used */
  constructor(timers: TimerQueue, consumers: ConsumerSet, nowMs: number, onUnused: () => void) {
    this.timers = timers;
    this.consumers = consumers;
    this.usedMs = nowMs;
    this.onUnused = onUnused;
  }

  /** When it was last declared, consumed from or read, in milliseconds since the epoch. */
  get usedAtMs(): number {
    return this.usedMs;
  }

  touch(nowMs: number): void {
    this.usedMs = nowMs;
  }

  /** @param allowedMs Infinity = for ever */
  allow(allowedMs: number): void {
    this.allowedMs = allowedMs;
    if (allowedMs === Infinity) this.stop();
    else this.timers.schedule(this, this.usedMs + allowedMs);
  }

  stop(): void {
    this.timers.cancel(this);
  }

  run(nowMs: number): void {
    if (this.consumers.count > 0) {
      this.timers.schedule(this, nowMs + this.allowedMs);
      return;
    }
    const dueMs = this.usedMs + this.allowedMs;
    if (dueMs <= nowMs) this.onUnused();
    else this.timers.schedule(this, dueMs);
  }
}
