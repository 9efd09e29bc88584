import type { BrokerCore } from '../broker-core.ts';

/** Timer tasks run in one go before sockets get their turn again. */
const TASKS_PER_TURN_MAX = 1000;

/** Longest delay that a timer of the event loop takes, in milliseconds (2^31 - 1). */
const DELAY_MAX_MS = 0x7fffffff;

/** Something whose output waits to be written. */
export interface Flushable {
  /** Octets that wait. */
  readonly waitingOctets: number;
  flush(): void;
}

/**
 * Output is flushed at the end of the callback that caused it once this many octets wait, so that a
 * reader on another core starts early; less waits for the end of the turn and leaves together.
 */
const FLUSH_AT_ONCE_OCTETS = 96 * 1024;

/**
 * Drives a BrokerCore from the event loop: gives it the time, lets it finish its work behind every
 * callback, writes once per connection and turn, and keeps the one timer that its TimerQueue needs.
 */
export class Turn {
  readonly core: BrokerCore;
  private waiting: Flushable[] = [];
  private spare: Flushable[] = [];
  private postponed: (() => void)[] = [];
  private immediate: NodeJS.Immediate | null = null;
  private timer: NodeJS.Timeout | null = null;
  private timerDueMs = Infinity;

  constructor(core: BrokerCore) {
    this.core = core;
  }

  /** Call before the core is given anything. */
  begin(): void {
    this.core.nowMs = Date.now();
  }

  /** Call behind everything that was given to the core. */
  end(): void {
    this.core.finishTurn();
    const { waiting } = this;
    for (let i = 0; i < waiting.length; i++) {
      if (waiting[i].waitingOctets >= FLUSH_AT_ONCE_OCTETS) waiting[i].flush();
    }
    this.armTimer();
  }

  /** Calls `work` behind the output of this turn, when all other sockets have had theirs. */
  later(work: () => void): void {
    this.postponed.push(work);
    this.immediate ??= setImmediate(() => this.flushAll());
  }

  /** Something has output now; it is flushed by the end of this turn of the event loop. */
  outputReady(flushable: Flushable): void {
    this.waiting.push(flushable);
    this.immediate ??= setImmediate(() => this.flushAll());
  }

  /** Runs `work` as one event. */
  run(work: () => void): void {
    this.begin();
    work();
    this.end();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.immediate !== null) clearImmediate(this.immediate);
    this.timer = null;
    this.immediate = null;
  }

  private flushAll(): void {
    this.immediate = null;
    const { waiting } = this;
    this.waiting = this.spare;
    for (let i = 0; i < waiting.length; i++) waiting[i].flush();
    waiting.length = 0;
    this.spare = waiting;
    const { chronometer } = this.core;
    if (chronometer?.awaitsFlush === true) chronometer.flushed(performance.now());
    if (this.postponed.length === 0) return;
    const { postponed } = this;
    this.postponed = [];
    for (const work of postponed) work();
  }

  private armTimer(): void {
    const dueMs = this.core.timers.nextDueMs();
    if (dueMs >= this.timerDueMs) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timerDueMs = dueMs;
    const delayMs = Math.min(Math.max(dueMs - Date.now(), 0), DELAY_MAX_MS);
    this.timer = setTimeout(() => this.timerFired(), delayMs);
  }

  private timerFired(): void {
    this.timer = null;
    this.timerDueMs = Infinity;
    this.run(() => this.core.timers.runDue(this.core.nowMs, TASKS_PER_TURN_MAX));
  }
}
