import type { EventEmitter } from 'node:events';
import type { Open } from './any.ts';
import type { ConsumeMessage, GetMessage, Message, ServerProperties } from './message.ts';
import type * as Options from './options.ts';
import type * as Replies from './replies.ts';
import type { ChannelOptions, MessagesOptions, WaitOptions } from './settings.ts';
import type { ConnectionStats } from './stats.ts';

/** What applications may know of the connection below. */
export interface Connection extends EventEmitter {
  readonly serverProperties: ServerProperties;
  /** The connection is closed or closing. */
  readonly expectSocketClose: boolean;
}

/** Called when the broker has, or has not, taken responsibility for a message. */
export type ConfirmListener = (err: Open, ok: Replies.Empty) => void;

/** A connection, with promises; amqplib's name for it. */
export interface ChannelModel extends EventEmitter {
  readonly connection: Connection;
  close(): Promise<void>;
  createChannel(options?: ChannelOptions): Promise<Channel>;
  createConfirmChannel(options?: ChannelOptions): Promise<ConfirmChannel>;
  updateSecret(newSecret: Buffer, reason: string): Promise<void>;
  /** What was sent and received which way so far. */
  stats(): ConnectionStats;
}

/** A channel, with promises. */
export interface Channel extends EventEmitter {
  readonly connection: Connection;

  close(): Promise<void>;

  assertQueue(queue?: string, options?: Options.AssertQueue): Promise<Replies.AssertQueue>;
  checkQueue(queue: string): Promise<Replies.AssertQueue>;
  deleteQueue(queue: string, options?: Options.DeleteQueue): Promise<Replies.DeleteQueue>;
  purgeQueue(queue: string): Promise<Replies.PurgeQueue>;
  bindQueue(queue: string, source: string, pattern: string, args?: Open): Promise<Replies.Empty>;
  unbindQueue(queue: string, source: string, pattern: string, args?: Open): Promise<Replies.Empty>;

  assertExchange(
    exchange: string,
    type: string,
    options?: Options.AssertExchange,
  ): Promise<Replies.AssertExchange>;
  checkExchange(exchange: string): Promise<Replies.Empty>;
  deleteExchange(exchange: string, options?: Options.DeleteExchange): Promise<Replies.Empty>;
  bindExchange(
    destination: string,
    source: string,
    pattern: string,
    args?: Open,
  ): Promise<Replies.Empty>;
  unbindExchange(
    destination: string,
    source: string,
    pattern: string,
    args?: Open,
  ): Promise<Replies.Empty>;

  /** @returns false if the application should wait for `drain` before it publishes more */
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
  ): boolean;
  /** As `publish`, to the default exchange. */
  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean;

  consume(
    queue: string,
    onMessage: (msg: ConsumeMessage | null) => void,
    options?: Options.Consume,
  ): Promise<Replies.Consume>;
  cancel(consumerTag: string): Promise<Replies.Cancel>;
  get(queue: string, options?: Options.Get): Promise<GetMessage | false>;
  /** Consumes with `for await`; ends when the broker cancels the consumer. */
  messages(queue: string, options?: MessagesOptions): AsyncIterableIterator<ConsumeMessage>;

  ack(message: Message, allUpTo?: boolean): void;
  ackAll(): void;
  nack(message: Message, allUpTo?: boolean, requeue?: boolean): void;
  nackAll(requeue?: boolean): void;
  reject(message: Message, requeue?: boolean): void;

  prefetch(count: number, global?: boolean): Promise<Replies.Empty>;
  /** The same as `prefetch`. */
  qos(count: number, global?: boolean): Promise<Replies.Empty>;
  recover(): Promise<Replies.Empty>;
}

/** A channel whose messages the broker confirms. */
export interface ConfirmChannel extends Channel {
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean;
  sendToQueue(
    queue: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean;
  /**
   * Resolves when all messages published so far are confirmed, rejects at the first that is not.
   */
  waitForConfirms(): Promise<void>;
  /**
   * Publishes, and resolves when the broker has confirmed. While `maxInFlight` messages are
   * unconfirmed it waits before it publishes, in the order of the calls.
   */
  publishConfirmed(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish & WaitOptions,
  ): Promise<void>;
}
