/**
 * What the bench tells the processes that pump messages, and what they answer, over IPC.
 *
 * A pump knows no broker. Its file descriptor 0 is a connected socket whose dialogue the bench
 * has already held; it writes pre-encoded octets there, or walks what comes from it. Node makes
 * descriptors 0 to 2 of a child blocking, so that a pump needs no event loop: it is a loop around
 * one system call for 256 KiB, which keeps it several times cheaper than any broker.
 */

/** Pre-encoded messages, all of the same size, that a publisher sends again and again. */
export interface MessageBlock {
  readonly octets: Buffer;
  /** Octets of one message with all that the protocol puts around it. */
  readonly messageOctets: number;
  /** Offset of the body in a message. */
  readonly bodyAt: number;
}

/** How a publisher sends. */
export type Manner =
  | { readonly name: 'flood' }
  /** As many messages as that, however long it takes. */
  | { readonly name: 'counted'; readonly messages: number }
  /** At most so fast, if it says so. */
  | {
      readonly name: 'confirmed';
      readonly windowMessages: number;
      readonly messagesPerSecond?: number;
    }
  | { readonly name: 'paced'; readonly messagesPerSecond: number };

export interface PublishOrder {
  readonly block: MessageBlock;
  /** Goes into the stamps, so that each publisher has its own sequence; below 2^16. */
  readonly publisher: number;
  readonly manner: Manner;
  readonly durationMs: number;
  /** Whether each message gets a stamp; paced ones always do. */
  readonly stamped: boolean;
}

export interface PublishReport {
  readonly publishedMessages: number;
  /** What the pace asked for; as many as were published in the other manners. */
  readonly scheduledMessages: number;
  /** Messages for which the broker sent Basic.Nack. */
  readonly refusedMessages: number;
  readonly elapsedNs: number;
}

/** How deliveries look on the wire. */
export type Framing =
  /** All of the same size; the server may put `interjection` between two of them now and then. */
  | {
      readonly kind: 'fixed';
      readonly messageOctets: number;
      readonly bodyAt: number;
      readonly interjection: string;
    }
  /** DMP contents, of this size when nothing disturbs; heartbeats may come between them. */
  | { readonly kind: 'contents'; readonly contentOctets: number; readonly bodyAt: number }
  /** AMQP frames; Basic.Ack is sent after so many deliveries, or never when 0. */
  | { readonly kind: 'frames'; readonly ackEveryMessages: number };

export interface ConsumeOrder {
  readonly framing: Framing;
  /** Whether to check the stamp of each message. */
  readonly stamped: boolean;
  /** The latency of messages before this one of each publisher is not counted. */
  readonly timedFromSequence: number;
}

/** What a consumer has seen up to the moment it answers. */
export interface DeliverySnapshot {
  readonly atNs: number;
  readonly messages: number;
  readonly octets: number;
  /** Sequence numbers that were jumped over (stamped runs). */
  readonly missing: number;
  /** Messages that came again or too late (stamped runs). */
  readonly disordered: number;
  /** Whether the other side has closed the connection. */
  readonly ended: boolean;
}

export type ConsumerRequest =
  | { readonly kind: 'start'; readonly order: ConsumeOrder }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'latencies' };

export type ConsumerReply =
  | { readonly kind: 'started' }
  | { readonly kind: 'snapshot'; readonly snapshot: DeliverySnapshot }
  | { readonly kind: 'latencies'; readonly counts: Int32Array };

/** The socket of a pump. */
export const PUMP_FD = 0;
/** Octets of one read or write: beyond that the kernel's own cost per call no longer shows. */
export const PUMP_CALL_OCTETS = 256 * 1024;
