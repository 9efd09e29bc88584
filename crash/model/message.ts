import type { Places } from './places.ts';
import type { QueueRule } from './queue-rule.ts';

/** How a consumer settles a delivery. */
export type Settlement = 'ack' | 'requeue' | 'reject';

/** What is published. */
export interface Publication {
  /** Name of the publishing channel: order is kept within it. */
  readonly publisher: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** The queues it is routed to. */
  readonly queues: readonly QueueRule[];
  readonly persistent: boolean;
  readonly priority: number;
  readonly sizeOctets: number;
  /** Its expiration in milliseconds, Infinity for none. */
  readonly ttlMs: number;
}

/** A published message with everything that is known of it. */
export interface Message extends Publication {
  readonly id: string;
  /** Counts the messages of a publisher. */
  readonly number: number;
  /** When it was sent, in steps of the ledger and in milliseconds since the epoch. */
  readonly sentStep: number;
  readonly sentMs: number;
  /** When it was confirmed, or its transaction was; Infinity until then. */
  confirmedStep: number;
  confirmedMs: number;
  readonly copies: readonly Copy[];
  /** What happened to it, for people. */
  readonly story: string[];
}

/** A message in one of the queues it was routed to. */
export interface Copy {
  readonly message: Message;
  readonly queue: QueueRule;
  /** Survives a crash once it is confirmed. */
  readonly isKept: boolean;
  places: Places;
  /** What is known of it in its queue, and in the queue of dead letters. */
  readonly atSource: Stay;
  readonly atDead: Stay;
}

/** What consumers saw of a copy in one queue. */
export interface Stay {
  /** Step at which it was last received, 0 for never or for a delivery that may be forgotten. */
  receivedStep: number;
  /** The run in which it was acknowledged or rejected, 0 for never: not to be seen in it again. */
  settledRun: number;
}

/** A copy and which of its two places is meant. */
export interface Sighting {
  readonly copy: Copy;
  readonly place: Places;
  readonly stay: Stay;
}

/** A settlement that was sent, and where the copy is once it has happened. */
export interface SettlementRecord extends Sighting {
  readonly step: number;
  readonly after: Places;
}
