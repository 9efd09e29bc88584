import type { MessageView } from '../../wire/message-view.ts';
import type { MessageLog } from './message-log.ts';

/** `refusedOrigin` of a consumer that takes everybody's messages. */
export const NO_ORIGIN = -1;

/** Whatever a queue hands messages to: an AMQP consumer, or a leased feed. */
export interface QueueConsumer {
  readonly tag: string;
  readonly noAck: boolean;
  /** True if nobody else may consume from the queue. */
  readonly exclusive: boolean;
  /** `x-priority`: consumers of higher priority are served first while they can receive. */
  readonly priority: number;
  /** Number of the connection whose publications this consumer refuses (no-local), or NO_ORIGIN. */
  readonly refusedOrigin: number;
  /** Owned by ConsumerSet: whether the consumer is in one. */
  attached: boolean;
  /** Owned by ConsumerSet: whether the consumer waits its turn there. */
  waiting: boolean;
  /** Whether it can take one more message now (prefetch, channel flow, congestion). */
  canReceive(): boolean;
  /** Takes a message that needs no acknowledgement. The view is valid only during the call. */
  deliver(view: MessageView, redelivered: boolean): void;
  /** Takes a message that stays in `log` at `position` until it is acknowledged. */
  deliverTracked(view: MessageView, log: MessageLog, position: number, redelivered: boolean): void;
  /** The queue has gone, or gave the consumer up; nothing will be delivered any more. */
  cancelledByServer(): void;
}
