import { NOT_SCHEDULED, type TimerQueue, type TimerTask } from './timer-queue.ts';

/** Wakes a queue when the earliest of its heads expires. */
export class ExpiryTimer implements TimerTask {
  timerIndex = NOT_SCHEDULED;
  private readonly timers: TimerQueue;
  private readonly onDue: (nowMs: number) => void;
  private dueMs = Infinity;

  constructor(timers: TimerQueue, onDue: (nowMs: number) => void) {
    this.timers = timers;
    this.onDue = onDue;
  }

  /** @param dueMs Infinity = not at all */
  arm(dueMs: number): void {
    if (dueMs === this.dueMs) return;
    this.dueMs = dueMs;
    if (dueMs === Infinity) this.timers.cancel(this);
    else this.timers.schedule(this, dueMs);
  }

  run(nowMs: number): void {
    this.dueMs = Infinity;
    this.onDue(nowMs);
  }
}
