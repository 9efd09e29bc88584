import type { Logger } from '../logging.ts';
import { NOT_SCHEDULED, type TimerQueue, type TimerTask } from './queues/timer-queue.ts';

/** Records of one kind in an interval; more are counted and the count is logged. */
const RECORDS_PER_INTERVAL_MAX = 50;
const INTERVAL_MS = 1000;

export type EventLevel = 'error' | 'warn' | 'info' | 'debug';

interface Kind extends TimerTask {
  readonly level: EventLevel;
  endsAtMs: number;
  records: number;
  suppressed: number;
}

/**
 * Logs what clients cause, such as connections and failed logins: a storm of them must not become
 * a storm of log records. Events with the same words are of one kind.
 */
export class EventLog {
  private readonly log: Logger;
  private readonly timers: TimerQueue;
  private readonly clock: { readonly nowMs: number };
  private readonly kinds = new Map<string, Kind>();

  constructor(log: Logger, timers: TimerQueue, clock: { readonly nowMs: number }) {
    this.log = log;
    this.timers = timers;
    this.clock = clock;
  }

  /** @param message words that stay the same each time */
  write(level: EventLevel, fields: Readonly<Record<string, unknown>>, message: string): void {
    const { nowMs } = this.clock;
    const kind = this.kinds.get(message) ?? this.begin(level, message);
    if (nowMs >= kind.endsAtMs) {
      kind.endsAtMs = nowMs + INTERVAL_MS;
      kind.records = 0;
    }
    if (kind.records < RECORDS_PER_INTERVAL_MAX) {
      kind.records++;
      this.log[level](fields, message);
      return;
    }
    if (kind.suppressed === 0) this.timers.schedule(kind, kind.endsAtMs);
    kind.suppressed++;
  }

  private begin(level: EventLevel, message: string): Kind {
    const kind: Kind = {
      level,
      endsAtMs: 0,
      records: 0,
      suppressed: 0,
      timerIndex: NOT_SCHEDULED,
      run: () => {
        this.log[level]({ suppressed: kind.suppressed }, `${message} (too many to log each)`);
        kind.suppressed = 0;
      },
    };
    this.kinds.set(message, kind);
    return kind;
  }
}
