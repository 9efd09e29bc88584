import type { MethodToSend } from '../../wire/methods.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';

/** The method that starts a consumer. */
export type ConsumeMethod = Extract<MethodToSend, { name: 'basic.consume' }>;

/** What Direct Mode does for a channel. */
export interface DirectPaths {
  /**
   * Publishes over a direct connection.
   * @returns what `publish` returns; null if the message must go the ordinary way
   */
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean | null;
  /** What must happen before the request is sent; null for nothing. */
  before(request: MethodToSend): ((proceed: () => void) => void) | null;
  /**
   * Whether requests that are unanswered hold direct messages back, so that they are not overtaken.
   */
  requestsChanged(outstanding: boolean): void;
  /**
   * Whether the delivery was taken, to be passed to `receive` behind what the feed still brings.
   */
  holds(message: ConsumeMessage): boolean;
  /** The broker has answered the request; the consumer's first message may follow. */
  consumerStarted(method: ConsumeMethod, consumerTag: string): void;
  /** The broker has refused the request. */
  consumeFailed(method: ConsumeMethod): void;
  /** The consumer is cancelled: calls `done` when its last message has been handed on. */
  finishConsumer(consumerTag: string, done: () => void): void;
  /** The broker has cancelled the consumer. */
  consumerGone(consumerTag: string): void;
  /** Calls `done` when the broker has all messages published so far. */
  drain(done: () => void): void;
  /** The connection is being replaced. */
  suspend(): void;
  /** The channel or the connection is gone. */
  close(): void;
}
