/** What the broker answers, as amqplib hands it on; exported as `Replies`. */

/** An answer that says nothing but yes. */
// biome-ignore lint/suspicious/noEmptyInterface: the name and the shape are amqplib's
export interface Empty {}

/** Of `assertQueue` and `checkQueue`. */
export interface AssertQueue {
  queue: string;
  messageCount: number;
  consumerCount: number;
}

/** Of `purgeQueue`: how many messages there were. */
export interface PurgeQueue {
  messageCount: number;
}

/** Of `deleteQueue`: how many messages there were. */
export interface DeleteQueue {
  messageCount: number;
}

/** Of `assertExchange`. */
export interface AssertExchange {
  exchange: string;
}

/** Of `consume`. */
export interface Consume {
  consumerTag: string;
}

/** Of `cancel`. */
export interface Cancel {
  consumerTag: string;
}
