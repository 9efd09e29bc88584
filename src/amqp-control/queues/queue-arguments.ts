import type { FieldTable, FieldValue } from '../../wire/field-table.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { NOT_IMPLEMENTED, PRECONDITION_FAILED } from '../../wire/reply-code.ts';

/** What happens to a publication that a full queue cannot take. */
export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/**
 * The arguments of Queue.Declare that a queue acts on, parsed. Infinity = no limit, null = not
 * given.
 */
export interface QueueArguments {
  readonly messageTtlMs: number;
  readonly expiresMs: number;
  readonly maxLength: number;
  readonly maxLengthOctets: number;
  readonly overflow: Overflow;
  readonly deadLetterExchange: string | null;
  readonly deadLetterRoutingKey: string | null;
  readonly maxPriority: number;
  readonly singleActiveConsumer: boolean;
  /** The feed's limits where they differ from the broker's (DMP section 5), null where not. */
  readonly feedWarnMessages: number | null;
  readonly feedWarnOctets: number | null;
  readonly feedDropMessages: number | null;
  readonly feedDropOctets: number | null;
}

/** Priorities above this are refused, as RabbitMQ does: the field is one octet. */
const PRIORITY_MAX = 255;

/**
 * Longest time span accepted, in milliseconds: RabbitMQ's limit for TTLs and expiries, 2^32 - 1.
 */
const TIME_SPAN_MAX_MS = 0xffffffff;

/** Queue types that RabbitMQ has and we don't. */
const OTHER_QUEUE_TYPES = ['quorum', 'stream'];

const OVERFLOWS: readonly Overflow[] = ['drop-head', 'reject-publish', 'reject-publish-dlx'];

/**
 * Reads the arguments of a Queue.Declare.
 * @throws ProtocolError 406 for a value of the wrong type or range, 540 for a queue type we don't
 *   have
 */
export function parseQueueArguments(queue: string, table: FieldTable): QueueArguments {
  const read = new ArgumentReader(queue, table);
  const type = read.text('x-queue-type');
  if (type !== null && type !== 'classic') {
    throw channelError(
      OTHER_QUEUE_TYPES.includes(type) ? NOT_IMPLEMENTED : PRECONDITION_FAILED,
      `queue type '${type}' of queue '${queue}' is not supported: ` +
        "use x-queue-type 'classic' or leave it out",
    );
  }
  const overflow = read.text('x-overflow') ?? 'drop-head';
  if (!OVERFLOWS.includes(overflow as Overflow)) {
    read.refuse('x-overflow', `'${overflow}', must be one of ${OVERFLOWS.join(', ')}`);
  }
  const deadLetterExchange = read.text('x-dead-letter-exchange');
  const deadLetterRoutingKey = read.text('x-dead-letter-routing-key');
  if (deadLetterRoutingKey !== null && deadLetterExchange === null) {
    read.refuse('x-dead-letter-routing-key', 'given without x-dead-letter-exchange');
  }
  return {
    messageTtlMs: read.count('x-message-ttl', 0, TIME_SPAN_MAX_MS) ?? Infinity,
    expiresMs: read.count('x-expires', 1, TIME_SPAN_MAX_MS) ?? Infinity,
    maxLength: read.count('x-max-length', 0, Number.MAX_SAFE_INTEGER) ?? Infinity,
    maxLengthOctets: read.count('x-max-length-bytes', 0, Number.MAX_SAFE_INTEGER) ?? Infinity,
    overflow: overflow as Overflow,
    deadLetterExchange,
    deadLetterRoutingKey,
    maxPriority: read.count('x-max-priority', 0, PRIORITY_MAX) ?? 0,
    singleActiveConsumer: read.flag('x-single-active-consumer'),
    feedWarnMessages: read.count('x-feed-warn-messages', 1, Number.MAX_SAFE_INTEGER),
    feedWarnOctets: read.count('x-feed-warn-octets', 1, Number.MAX_SAFE_INTEGER),
    feedDropMessages: read.count('x-feed-drop-messages', 1, Number.MAX_SAFE_INTEGER),
    feedDropOctets: read.count('x-feed-drop-octets', 1, Number.MAX_SAFE_INTEGER),
  };
}

class ArgumentReader {
  private readonly queue: string;
  private readonly table: FieldTable;

  constructor(queue: string, table: FieldTable) {
    this.queue = queue;
    this.table = table;
  }

  refuse(name: string, problem: string): never {
    throw channelError(
      PRECONDITION_FAILED,
      `invalid arg '${name}' for queue '${this.queue}': ${problem}`,
    );
  }

  text(name: string): string | null {
    const value = this.value(name);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : this.refuse(name, 'must be a string');
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined) return false;
    return typeof value === 'boolean' ? value : this.refuse(name, 'must be a boolean');
  }

  count(name: string, min: number, max: number): number | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return this.refuse(name, 'must be an integer');
    }
    if (value < min || value > max) {
      return this.refuse(name, `${value} is not between ${min} and ${max}`);
    }
    return value;
  }

  private value(name: string): FieldValue | undefined {
    return this.table[name];
  }
}
