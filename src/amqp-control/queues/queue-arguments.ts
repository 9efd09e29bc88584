import type { FieldTable } from '../../wire/field-table.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { NOT_IMPLEMENTED, PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import { type QueueRules, readQueueRules } from './queue-rules.ts';
import { RuleReader } from './rule-reader.ts';

/** The arguments of Queue.Declare that a queue acts on, parsed. */
export interface QueueArguments {
  /** What policies can say as well. */
  readonly rules: QueueRules;
  /** It is declared as a quorum queue: durable, and neither exclusive nor auto-delete. */
  readonly mustBeDurable: boolean;
  readonly maxPriority: number;
  readonly singleActiveConsumer: boolean;
}

/** Priorities above this are refused, as RabbitMQ does: the field is one octet. */
const PRIORITY_MAX = 255;

/** A queue type that RabbitMQ has and we don't, and that nothing can stand in for. */
const STREAM = 'stream';

/**
 * A quorum queue is taken for what is left of it on one machine: a durable queue, which keeps its
 * messages. Applications that were written for RabbitMQ declare theirs so.
 */
const QUORUM = 'quorum';

/**
 * Reads the arguments of a Queue.Declare.
 * @throws ProtocolError 406 for a value of the wrong type or range, 540 for a queue type we don't
 *   have
 */
export function parseQueueArguments(queue: string, table: FieldTable): QueueArguments {
  const read = new RuleReader(table, 'x-', (name, problem) =>
    channelError(PRECONDITION_FAILED, `invalid arg '${name}' for queue '${queue}': ${problem}`),
  );
  const type = read.text('queue-type') ?? 'classic';
  if (type !== 'classic' && type !== QUORUM) {
    throw channelError(
      type === STREAM ? NOT_IMPLEMENTED : PRECONDITION_FAILED,
      `queue type '${type}' of queue '${queue}' is not supported: ` +
        "use x-queue-type 'classic' or 'quorum', or leave it out",
    );
  }
  const rules = readQueueRules(read);
  if (rules.deadLetterRoutingKey !== null && rules.deadLetterExchange === null) {
    read.refuse('dead-letter-routing-key', 'given without x-dead-letter-exchange');
  }
  return {
    rules,
    mustBeDurable: type === QUORUM,
    maxPriority: read.count('max-priority', 0, PRIORITY_MAX) ?? 0,
    singleActiveConsumer: read.flag('single-active-consumer'),
  };
}
