import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { Logger, LogMethod } from '../../logging.ts';

/** Events that are kept; older ones are in the log. */
const EVENTS_MAX = 500;
/** Characters of one field of an event: what clients send ends up here. */
const FIELD_CHARACTERS_MAX = 500;

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const RECORDED: readonly string[] = ['fatal', 'error', 'warn', 'info'];

/** Something that the log was told, too. */
export interface BrokerEvent {
  /** Counts up, over all events since the start. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly level: string;
  readonly event: string;
  readonly fields: JsonObject;
}

/** The last events: what is logged at level info and above, whether or not the log takes it. */
export class EventRing {
  private readonly ring: BrokerEvent[] = [];
  private total = 0;

  /** The events behind number `after`, the oldest first. */
  since(after: number): BrokerEvent[] {
    const { ring, total } = this;
    const first = Math.max(total - ring.length, after);
    return Array.from({ length: Math.max(total - first, 0) }, (_, i) => {
      return ring[(first + i) % EVENTS_MAX];
    });
  }

  /** A logger that has its records kept here, too. */
  around(logger: Logger, clock: () => number): Logger {
    const methods = LEVELS.map((level) => {
      if (!RECORDED.includes(level)) return [level, logger[level].bind(logger)];
      const method: LogMethod = (fields, message) => {
        this.add(clock(), level, message, fields);
        logger[level](fields, message);
      };
      return [level, method];
    });
    return Object.fromEntries(methods) as unknown as Logger;
  }

  private add(
    time: number,
    level: string,
    event: string,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const shown: Record<string, Json> = {};
    for (const [name, value] of Object.entries(fields)) shown[name] = jsonOf(value);
    this.ring[this.total % EVENTS_MAX] = {
      id: this.total + 1,
      time,
      level,
      event,
      fields: shown,
    };
    this.total++;
  }
}

function jsonOf(value: unknown): Json {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  const text =
    value instanceof Error
      ? value.message
      : typeof value === 'string'
        ? value
        : (JSON.stringify(value) ?? '');
  return text.slice(0, FIELD_CHARACTERS_MAX);
}
