/**
 * What DirectMQ's rings carry. Payload integers are 32 bits in the machine's byte order unless it
 * is said otherwise; a "content" is one DMP content with its size field, octets as on the wire,
 * options octet 0.
 */

/**
 * To a writer: `count` contents for one feed. target = feed slot. From a shard to main: `count`
 * contents for a set of ordinary queues. target = queue set (RECORD_QUEUE_SET).
 */
export const RECORD_CONTENTS = 1;

/**
 * One content that is too long for a record, in shared memory of its own that was posted to the
 * consumer's port before this record was published. payload: id of the posted memory and, unless it
 * is RECORD_CONTENTS, the type of the record that it stands for; target and count as for that type.
 */
export const RECORD_LARGE_CONTENT = 2;

/**
 * To a writer, from a shard: what follows for this feed must wait until main has sent the
 * RECORD_BARRIER with the same target and count, because main still holds older messages for it.
 * target = feed slot, count = barrier number (unique per shard and activation). From main: the
 * older messages are all in front of this record.
 */
export const RECORD_BARRIER = 3;

/**
 * Shard to main: what a queue set stands for from here on. target = queue set, payload: number of
 * the AMQP connection that leased the sink, then queue numbers.
 */
export const RECORD_QUEUE_SET = 4;

/**
 * Shard to main: from here on nothing for this queue comes this way, because its feed gets it
 * directly. target = queue number, count = barrier number.
 */
export const RECORD_QUEUE_SWITCHED = 5;

/**
 * Shard to main: one content that no queue takes, to be returned with 312 NO_ROUTE. target = sink
 * number.
 */
export const RECORD_UNROUTED = 6;

/**
 * Shard to main: one content with the option immediate for ordinary queues that can deliver now.
 * target = queue set, count = number of the sink it must be returned to (313) if none of them can;
 * -1 if a feed has got it already.
 */
export const RECORD_IMMEDIATE = 7;

/** To a writer: nothing. What was in the record has gone another way (see WriterLoan). */
export const RECORD_SKIPPED = 9;

/**
 * Shard to a writer: from here on nothing for this feed comes this way, because its contents go to
 * main again; the writer tells main that it has read this. target = feed slot, count = fence
 * number.
 */
export const RECORD_FENCE = 8;

/**
 * Main to a writer: the writer tells main when nothing that came in front of this waits for the
 * feed's socket any more. target = feed slot, count = mark number.
 */
export const RECORD_MARK = 10;
