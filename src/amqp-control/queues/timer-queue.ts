/** The index of a task that is not scheduled. */
export const NOT_SCHEDULED = -1;

/** Something to be done at a time; scheduled at most once at a time, in one TimerQueue. */
export interface TimerTask {
  /** Kept by the queue; NOT_SCHEDULED to start with. */
  timerIndex: number;
  /** @param nowMs the time that `runDue` was called with */
  run(nowMs: number): void;
}

/**
 * What is to be done when: a binary heap of tasks by due time, so that any number of message
 * expiries, queue expiries, heartbeats and set-up timeouts share one timer of the event loop, armed
 * by the owner for `nextDueMs`. All times are ms of the owner's clock. Tasks that are due at the
 * same time run in no particular order.
 */
export class TimerQueue {
  private readonly tasks: TimerTask[] = [];
  private readonly dueTimesMs: number[] = [];

  /** Scheduled tasks. */
  get size(): number {
    return this.tasks.length;
  }

  /** When the earliest task is due, or Infinity when none is scheduled. */
  nextDueMs(): number {
    return this.tasks.length === 0 ? Infinity : this.dueTimesMs[0];
  }

  /** When the task is due, or Infinity when it is not scheduled. */
  dueMs(task: TimerTask): number {
    return this.isScheduled(task) ? this.dueTimesMs[task.timerIndex] : Infinity;
  }

  /** Schedules a task, or moves one that is scheduled already to another time. */
  schedule(task: TimerTask, dueMs: number): void {
    if (!this.isScheduled(task)) {
      task.timerIndex = this.tasks.push(task) - 1;
      this.dueTimesMs.push(dueMs);
    }
    this.settleAt(task.timerIndex, task, dueMs);
  }

  /** Takes a task out. Does nothing to one that is not scheduled. */
  cancel(task: TimerTask): void {
    if (!this.isScheduled(task)) return;
    const index = task.timerIndex;
    task.timerIndex = NOT_SCHEDULED;
    const moved = this.tasks.pop();
    const movedDueMs = this.dueTimesMs.pop();
    if (moved === undefined || movedDueMs === undefined || moved === task) return;
    this.settleAt(index, moved, movedDueMs);
  }

  /**
   * Runs tasks that are due, earliest first, also those that are scheduled meanwhile. A task is no
   * longer scheduled when it runs and may schedule itself again. What a task throws comes through.
   *
   * @param maxTasks bounds how long the caller's thread is kept; the rest stays due
   * @returns how many ran
   */
  runDue(nowMs: number, maxTasks: number): number {
    let ran = 0;
    while (ran < maxTasks && this.nextDueMs() <= nowMs) {
      const task = this.tasks[0];
      this.cancel(task);
      ran++;
      task.run(nowMs);
    }
    return ran;
  }

  private isScheduled(task: TimerTask): boolean {
    return task.timerIndex !== NOT_SCHEDULED && this.tasks[task.timerIndex] === task;
  }

  /** Puts a task where the heap has room for it, starting from a place that is free or its own. */
  private settleAt(free: number, task: TimerTask, dueMs: number): void {
    const index = this.sinkHole(this.raiseHole(free, dueMs), dueMs);
    this.place(index, task, dueMs);
  }

  private raiseHole(hole: number, dueMs: number): number {
    let index = hole;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.dueTimesMs[parent] <= dueMs) break;
      this.place(index, this.tasks[parent], this.dueTimesMs[parent]);
      index = parent;
    }
    return index;
  }

  private sinkHole(hole: number, dueMs: number): number {
    const dueTimesMs = this.dueTimesMs;
    const length = dueTimesMs.length;
    let index = hole;
    for (let child = 2 * index + 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && dueTimesMs[child + 1] < dueTimesMs[child]) child++;
      if (dueTimesMs[child] >= dueMs) break;
      this.place(index, this.tasks[child], dueTimesMs[child]);
      index = child;
    }
    return index;
  }

  private place(index: number, task: TimerTask, dueMs: number): void {
    this.tasks[index] = task;
    this.dueTimesMs[index] = dueMs;
    task.timerIndex = index;
  }
}
