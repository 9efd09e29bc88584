import type { EventEmitter } from 'node:events';
import type { Open } from './any.ts';
import type { ConfirmListener } from './api.ts';
import type { ConsumeMessage, GetMessage, Message, ServerProperties } from './message.ts';
import type * as Options from './options.ts';
import type * as Replies from './replies.ts';
import type { ChannelOptions } from './settings.ts';
import type { ConnectionStats } from './stats.ts';

/** Called with an error, or with null and the answer. */
export type Callback<T> = (err: Open, ok: T) => void;

/** A connection, with callbacks. */
export interface Connection extends EventEmitter {
  readonly connection: { readonly serverProperties: ServerProperties };
  close(callback?: (err: Open) => void): void;
  createChannel(callback?: Callback<Channel>): Channel;
  createChannel(options: ChannelOptions | undefined, callback?: Callback<Channel>): Channel;
  createConfirmChannel(callback?: Callback<ConfirmChannel>): ConfirmChannel;
  createConfirmChannel(
    options: ChannelOptions | undefined,
    callback?: Callback<ConfirmChannel>,
  ): ConfirmChannel;
  updateSecret(newSecret: Buffer, reason: string, callback?: (err: Open) => void): void;
  /** What was sent and received which way so far. */
  stats(): ConnectionStats;
}

/** A channel, with callbacks; methods that have one return the channel. */
export interface Channel extends EventEmitter {
  readonly connection: Connection;

  close(callback?: (err: Open) => void): void;

  assertQueue(
    queue?: string,
    options?: Options.AssertQueue,
    callback?: Callback<Replies.AssertQueue>,
  ): this;
  checkQueue(queue: string, callback?: Callback<Replies.AssertQueue>): this;
  deleteQueue(
    queue: string,
    options?: Options.DeleteQueue,
    callback?: Callback<Replies.DeleteQueue>,
  ): this;
  purgeQueue(queue: string, callback?: Callback<Replies.PurgeQueue>): this;
  bindQueue(
    queue: string,
    source: string,
    pattern: string,
    args?: Open,
    callback?: Callback<Replies.Empty>,
  ): this;
  unbindQueue(
    queue: string,
    source: string,
    pattern: string,
    args?: Open,
    callback?: Callback<Replies.Empty>,
  ): this;

  assertExchange(
    exchange: string,
    type: string,
    options?: Options.AssertExchange,
    callback?: Callback<Replies.AssertExchange>,
  ): this;
  checkExchange(exchange: string, callback?: Callback<Replies.Empty>): this;
  deleteExchange(
    exchange: string,
    options?: Options.DeleteExchange,
    callback?: Callback<Replies.Empty>,
  ): this;
  bindExchange(
    destination: string,
    source: string,
    pattern: string,
    args?: Open,
    callback?: Callback<Replies.Empty>,
  ): this;
  unbindExchange(
    destination: string,
    source: string,
    pattern: string,
    args?: Open,
    callback?: Callback<Replies.Empty>,
  ): this;

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
    callback?: Callback<Replies.Consume>,
  ): this;
  cancel(consumerTag: string, callback?: Callback<Replies.Cancel>): this;
  get(queue: string, options?: Options.Get, callback?: Callback<GetMessage | false>): this;

  ack(message: Message, allUpTo?: boolean): this;
  ackAll(): this;
  nack(message: Message, allUpTo?: boolean, requeue?: boolean): this;
  nackAll(requeue?: boolean): this;
  reject(message: Message, requeue?: boolean): this;

  prefetch(count: number, global?: boolean, callback?: Callback<Replies.Empty>): this;
  recover(callback?: Callback<Replies.Empty>): this;
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
  waitForConfirms(callback?: (err?: Open) => void): void;
}
