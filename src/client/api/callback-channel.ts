import type { Channel as WireChannel } from '../amqp/channel.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import type { Channel, ConfirmChannel, Connection } from '../types/callback-api.ts';
import type { ChannelRequests, WithCallbacks } from '../types/requests.ts';
import type { ChannelOptions } from '../types/settings.ts';
import { channelClass } from './application-channel.ts';
import type { Operation } from './operations.ts';

/**
 * The operation as a method that takes a callback, which may be left out, and returns the channel.
 * The callback gets an error and nothing else, or null and the answer.
 */
function calledBack<Args extends unknown[], Reply>({ arity, run }: Operation<Args, Reply>) {
  return function (this: WireChannel, ...values: unknown[]): WireChannel {
    const callback = values[arity];
    run(this, values.slice(0, arity) as Args, (...outcome) => {
      if (typeof callback === 'function') callback(...outcome);
    });
    return this;
  };
}

const ChannelWithCallbacks = channelClass<WithCallbacks<ChannelRequests, Channel>>(calledBack);

/** A channel with amqplib's callback API. */
export class CallbackChannel extends ChannelWithCallbacks implements Channel {
  readonly connection: Connection;

  constructor(
    connection: Connection,
    host: ChannelHost,
    options: ChannelOptions | undefined,
    confirming = false,
  ) {
    super(host, options, { chains: true, confirming });
    this.connection = connection;
  }

  close(callback?: (error: Error | null) => void): void {
    this.closeOrderly(() => callback?.(null));
  }
}

/** A channel in confirm mode with amqplib's callback API. */
export class CallbackConfirmChannel extends CallbackChannel implements ConfirmChannel {
  constructor(connection: Connection, host: ChannelHost, options: ChannelOptions | undefined) {
    super(connection, host, options, true);
  }

  waitForConfirms(callback: (error?: Error) => void = () => {}): void {
    this.confirms.wait().then(
      () => callback(),
      (error: Error) => callback(error),
    );
  }
}
