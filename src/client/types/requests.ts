/**
 * What a channel does, described once. The promise flavour has these methods as they stand; the
 * callback flavour has those that ask the broker with a callback behind their arguments.
 */
import type { Open } from './any.ts';
import type { ConsumeMessage, GetMessage, Message } from './message.ts';
import type * as Options from './options.ts';
import type * as Replies from './replies.ts';

/** Called with an error, or with null and the answer. */
export type Callback<T> = (err: Open, ok: T) => void;

/** Called when the broker has, or has not, taken responsibility for a message. */
export type ConfirmListener = Callback<Replies.Empty>;

/** Gets a consumer's messages; null when the broker has cancelled the consumer. */
export type MessageListener = (msg: ConsumeMessage | null) => void;

/** What a channel asks the broker. */
export interface ChannelRequests {
  /** Declares a queue; without a name the broker chooses one. */
  assertQueue(queue?: string, options?: Options.AssertQueue): Promise<Replies.AssertQueue>;
  /** Fails, and closes the channel, if there is no such queue. */
  checkQueue(queue: string): Promise<Replies.AssertQueue>;
  deleteQueue(queue: string, options?: Options.DeleteQueue): Promise<Replies.DeleteQueue>;
  /** Removes the messages that wait in the queue. */
  purgeQueue(queue: string): Promise<Replies.PurgeQueue>;
  bindQueue(queue: string, source: string, pattern: string, args?: Open): Promise<Replies.Empty>;
  unbindQueue(queue: string, source: string, pattern: string, args?: Open): Promise<Replies.Empty>;

  /** Declares an exchange: `direct`, `fanout`, `topic`, `headers`, or what the broker knows. */
  assertExchange(
    exchange: string,
    type: string,
    options?: Options.AssertExchange,
  ): Promise<Replies.AssertExchange>;
  /** Fails, and closes the channel, if there is no such exchange. */
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

  /** Starts a consumer; `onMessage` gets null when the broker cancels it. */
  consume(
    queue: string,
    onMessage: MessageListener,
    options?: Options.Consume,
  ): Promise<Replies.Consume>;
  /** Ends a consumer. */
  cancel(consumerTag: string): Promise<Replies.Cancel>;
  /** Fetches one message; false if none waits. */
  get(queue: string, options?: Options.Get): Promise<GetMessage | false>;

  /** Unacknowledged messages that each later consumer, or with `global` the channel, may have. */
  prefetch(count: number, global?: boolean): Promise<Replies.Empty>;
  /** Has everything unacknowledged delivered again. */
  recover(): Promise<Replies.Empty>;
}

/** What a channel tells the broker about messages it was sent. */
export interface Settlements {
  ack(message: Message, allUpTo?: boolean): void;
  ackAll(): void;
  /** @param requeue default true */
  nack(message: Message, allUpTo?: boolean, requeue?: boolean): void;
  nackAll(requeue?: boolean): void;
  reject(message: Message, requeue?: boolean): void;
}

/** How messages are published. */
export interface Publishing {
  /** @returns false if the application should wait for `drain` before it publishes more */
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
  ): boolean;
  /** As `publish`, to the default exchange. */
  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean;
}

/** How messages are published that the broker confirms. */
export interface ConfirmedPublishing {
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
}

/** Methods that return promises, as methods that take a callback and return `Self`. */
export type WithCallbacks<Methods, Self> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => Promise<infer Reply>
    ? (...args: [...Args, callback?: Callback<Reply>]) => Self
    : never;
};
