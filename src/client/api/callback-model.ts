import { EventEmitter } from 'node:events';
import type { Session } from '../session.ts';
import type { Channel, ConfirmChannel, Connection } from '../types/callback-api.ts';
import type { ServerProperties } from '../types/message.ts';
import type { Callback } from '../types/requests.ts';
import type { ChannelOptions } from '../types/settings.ts';
import type { ConnectionStats } from '../types/stats.ts';
import { CallbackChannel, CallbackConfirmChannel } from './callback-channel.ts';
import { forwardEvents } from './forward-events.ts';

type OptionsOr<T> = ChannelOptions | Callback<T> | undefined;

/** A connection with amqplib's callback API. */
export class CallbackModel extends EventEmitter implements Connection {
  private readonly session: Session;

  constructor(session: Session) {
    super();
    this.session = session;
    forwardEvents(session.connection, this);
  }

  get connection(): { readonly serverProperties: ServerProperties } {
    return this.session.connection;
  }

  /** amqplib's types say that the connection of a channel is this; its code, that it has these. */
  get serverProperties(): ServerProperties {
    return this.session.connection.serverProperties;
  }

  close(callback?: (error: Error | null) => void): void {
    const { connection } = this.session;
    if (connection.isClosed) callback?.(connection.illegalOperation());
    else connection.close(() => callback?.(null));
  }

  updateSecret(newSecret: Buffer, reason: string, callback?: (error: Error | null) => void): void {
    this.session.connection.updateSecret(newSecret, reason, () => callback?.(null));
  }

  createChannel(first?: OptionsOr<Channel>, second?: Callback<Channel>): CallbackChannel {
    const { options, callback } = sortArguments(first, second);
    return this.opened(new CallbackChannel(this, this.session.connection, options), callback);
  }

  createConfirmChannel(
    first?: OptionsOr<ConfirmChannel>,
    second?: Callback<ConfirmChannel>,
  ): CallbackConfirmChannel {
    const { options, callback } = sortArguments(first, second);
    const channel = new CallbackConfirmChannel(this, this.session.connection, options);
    return this.opened(channel, callback);
  }

  stats(): ConnectionStats {
    return this.session.stats();
  }

  /** The channel, which may be used already, though it is not open before `callback` is called. */
  private opened<C extends CallbackChannel>(channel: C, callback: Callback<C> | undefined): C {
    this.session.open(channel, (error) => {
      if (error === null) callback?.(null, channel);
      else (callback as ((error: Error) => void) | undefined)?.(error);
    });
    return channel;
  }
}

/** The options may be left out. */
function sortArguments<T>(
  first: OptionsOr<T>,
  second: Callback<T> | undefined,
): { options: ChannelOptions | undefined; callback: Callback<T> | undefined } {
  if (typeof first === 'function') return { options: undefined, callback: first };
  return { options: first, callback: second };
}
