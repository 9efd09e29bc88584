import { EventEmitter } from 'node:events';
import type { Session } from '../session.ts';
import type { Callback, Channel, ConfirmChannel, Connection } from '../types/callback-api.ts';
import type { ServerProperties } from '../types/message.ts';
import type { ChannelOptions } from '../types/settings.ts';
import type { ConnectionStats } from '../types/stats.ts';
import { CallbackChannel } from './callback-channel.ts';
import { CallbackConfirmChannel } from './callback-confirm-channel.ts';
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

  close(callback?: (error: Error | null) => void): void {
    this.session.connection.close(() => callback?.(null));
  }

  updateSecret(newSecret: Buffer, reason: string, callback?: (error: Error | null) => void): void {
    this.session.connection.updateSecret(newSecret, reason, () => callback?.(null));
  }

  createChannel(first?: OptionsOr<Channel>, second?: Callback<Channel>): CallbackChannel {
    const { options, callback } = sortArguments(first, second);
    const channel = new CallbackChannel(this, this.session.connection, options);
    channel.open((error) => {
      if (error === null) this.session.attach(channel);
      report(callback, error, channel);
    });
    return channel;
  }

  createConfirmChannel(
    first?: OptionsOr<ConfirmChannel>,
    second?: Callback<ConfirmChannel>,
  ): CallbackConfirmChannel {
    const { options, callback } = sortArguments(first, second);
    const channel = new CallbackConfirmChannel(this, this.session.connection, options);
    channel.open((error) => report(callback, error, channel));
    return channel;
  }

  stats(): ConnectionStats {
    return this.session.stats();
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

function report<T>(callback: Callback<T> | undefined, error: Error | null, ok: T): void {
  if (error === null) callback?.(null, ok);
  else (callback as ((error: Error) => void) | undefined)?.(error);
}
