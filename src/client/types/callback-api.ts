import type { EventEmitter } from 'node:events';
import type { Open } from './any.ts';
import type { ServerProperties } from './message.ts';
import type {
  Callback,
  ChannelRequests,
  ConfirmedPublishing,
  Publishing,
  Settlements,
  WithCallbacks,
} from './requests.ts';
import type { ChannelOptions } from './settings.ts';
import type { ConnectionStats } from './stats.ts';

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

/** A channel, with callbacks; methods that may have one return the channel. */
export interface Channel
  extends EventEmitter,
    WithCallbacks<ChannelRequests, Channel>,
    Settlements,
    Publishing {
  readonly connection: Connection;
  close(callback?: (err: Open) => void): void;
}

/** A channel whose messages the broker confirms. */
export interface ConfirmChannel extends Channel, ConfirmedPublishing {
  publish: ConfirmedPublishing['publish'];
  sendToQueue: ConfirmedPublishing['sendToQueue'];
  waitForConfirms(callback?: (err?: Open) => void): void;
}
