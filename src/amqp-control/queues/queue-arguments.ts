import type { FieldTable } from '../../wire/field-table.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { NOT_IMPLEMENTED, PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import { type QueueRules, readQueueRules } from './queue-rules.ts';
import { RuleReader } from './rule-reader.ts';

/** The arguments of Queue.Declare that a queue acts on, parsed. */
export interface QueueArguments {
  /** What policies can say as well. */
  readonly rules: QueueRules;
  readonly maxPriority: number;
  readonly singleActiveConsumer: boolean;
}

/** Priorities above this are refused, as RabbitMQ does: the field is one octet. */
const PRIORITY_MAX = 255;

/** Queue types that RabbitMQ has and we don't. */
const OTHER_QUEUE_TYPES = ['quorum', 'stream'];

/**
 * Reads the arguments of a Queue.Declare.
 * @throws ProtocolError 406 for a value of the wrong type or range, 540 for a queue type we don't
 *   have
 */
export function parseQueueArguments(queue: string, table: FieldTable): QueueArguments {
  const read = new RuleReader(table, 'x-', (name, problem) =>
    channelError(PRECONDITION_FAILED, `invalid arg '${name}' for queue '${queue}': ${problem}`),
  );
  const type = read.text('queue-type');
  if (type !== null && type !== 'classic') {
    throw channelError(
      OTHER_QUEUE_TYPES.includes(type) ? NOT_IMPLEMENTED : PRECONDITION_FAILED,
      `queue type '${type}' of queue '${queue}' is not supported: ` +
        "use x-queue-type 'classic' or leave it out",
    );
  }
  const rules = readQueueRules(read);
  if (rules.deadLetterRoutingKey !== null && rules.deadLetterExchange === null) {
    read.refuse('dead-letter-routing-key', 'given without x-dead-letter-exchange');
  }
  return {
    rules,
    maxPriority: read.count('max-priority', 0, PRIORITY_MAX) ?? 0,
    singleActiveConsumer: read.flag('single-active-consumer'),
  };
}
