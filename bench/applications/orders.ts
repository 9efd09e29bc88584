/**
 * What the bench asks of an application in a process of its own, and what it answers, over IPC.
 *
 * An application is a program as a user writes it: one connection, one channel, `channel.publish`
 * or `channel.consume`. It is the same program whichever library it is given.
 */

/** The libraries, and how they are used. */
export const LIBRARIES = ['amqplib', 'ordinary', 'direct'] as const;
export type Library = (typeof LIBRARIES)[number];

export interface OpenOrder {
  readonly kind: 'open';
  readonly library: Library;
  readonly url: string;
}

/** Publishes for so long, heeding what `publish` returns. */
export interface PublishOrder {
  readonly kind: 'publish';
  readonly exchange: string;
  readonly routingKey: string;
  readonly bodyOctets: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Declares a private queue and binds it. */
export interface DeclareOrder {
  readonly kind: 'declare';
  readonly exchange: string;
  readonly routingKey: string;
}

/** Consumes what waits in the queue, up to the last message. */
export interface ConsumeOrder {
  readonly kind: 'consume';
  readonly messages: number;
  /** So many of them come first and are not measured. */
  readonly warmUpMessages: number;
}

export interface CloseOrder {
  readonly kind: 'close';
}

export type Order = OpenOrder | PublishOrder | DeclareOrder | ConsumeOrder | CloseOrder;

/** What became of publishing. */
export interface PublishReply {
  /** All messages, those of the warm-up included. */
  readonly publishedMessages: number;
  /** Those after the warm-up. */
  readonly measuredMessages: number;
  /** From the end of the warm-up until the broker had read the last message. */
  readonly elapsedNs: number;
  /** CPU time of the process in that time, in microseconds. */
  readonly cpuMicroseconds: number;
}

/** What became of consuming, when the last message has come or nothing comes any more. */
export interface ConsumeReply {
  readonly messages: number;
  /** Messages that were not the next one of the sequence. */
  readonly faults: number;
  /** From the last message of the warm-up to the last of all. */
  readonly elapsedNs: number;
  /** CPU time of the process in that time, in microseconds. */
  readonly cpuMicroseconds: number;
}

export interface DeclareReply {
  readonly queue: string;
}
