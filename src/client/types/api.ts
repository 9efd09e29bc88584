import type { EventEmitter } from 'node:events';
import type { ConsumeMessage, ServerProperties } from './message.ts';
import type * as Options from './options.ts';
import type * as Replies from './replies.ts';
import type { ChannelRequests, ConfirmedPublishing, Publishing, Settlements } from './requests.ts';
import type { ChannelOptions, MessagesOptions, WaitOptions } from './settings.ts';
import type { ConnectionStats } from './stats.ts';

/** What applications may know of the connection below. */
export interface Connection extends EventEmitter {
  readonly serverProperties: ServerProperties;
  /** The connection is closed or closing. */
  readonly expectSocketClose: boolean;
}

/** A connection, with promises; amqplib's name for it. */
export interface ChannelModel extends EventEmitter {
  readonly connection: Connection;
  close(): Promise<void>;
  createChannel(options?: ChannelOptions): Promise<Channel>;
  createConfirmChannel(options?: ChannelOptions): Promise<ConfirmChannel>;
  /** Replaces the password of a connection whose credentials expire (RabbitMQ extension). */
  updateSecret(newSecret: Buffer, reason: string): Promise<void>;
  /** What was sent and received which way so far. */
  stats(): ConnectionStats;
}

/** A channel, with promises. */
export interface Channel extends EventEmitter, ChannelRequests, Settlements, Publishing {
  readonly connection: Connection;
  close(): Promise<void>;
  /** The same as `prefetch`. */
  qos(count: number, global?: boolean): Promise<Replies.Empty>;
  /** Consumes with `for await`; ends when the broker cancels the consumer. */
  messages(queue: string, options?: MessagesOptions): AsyncIterableIterator<ConsumeMessage>;
}

/** A channel whose messages the broker confirms. */
export interface ConfirmChannel extends Channel, ConfirmedPublishing {
  publish: ConfirmedPublishing['publish'];
  sendToQueue: ConfirmedPublishing['sendToQueue'];
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
