import { CallbackModel } from './api/callback-model.ts';
import { type Addresses, openSession, parseTargets } from './connect.ts';
import * as credentials from './credentials.ts';
import { IllegalOperationError } from './errors.ts';
import type { Connection } from './types/callback-api.ts';
import type { Callback } from './types/requests.ts';
import type { SocketOptions } from './types/settings.ts';

/** What may stand in front of the callback. */
type Connected = Callback<Connection>;

/**
 * Connects to a broker, and calls back with an error or with the connection.
 * @throws Error if an address or an option is not valid
 */
export function connect(callback: Connected): void;
export function connect(url: Addresses, callback: Connected): void;
export function connect(
  url: Addresses,
  socketOptions: SocketOptions | undefined,
  callback: Connected,
): void;
export function connect(
  first: Addresses | Connected,
  second?: SocketOptions | Connected,
  third?: Connected,
): void {
  const url = typeof first === 'function' ? undefined : first;
  const options = (typeof second === 'object' && second) || {};
  const callback = [first, second, third].find((argument) => typeof argument === 'function');
  if (callback === undefined) throw new TypeError('connect needs a callback');
  const done = callback as (error: Error | null, connection?: Connection) => void;
  openSession(parseTargets(url, options), options.signal).then(
    (session) => callOutside(() => done(null, new CallbackModel(session))),
    (error: Error) => callOutside(() => done(error)),
  );
}

/** What a callback throws must not become a rejected promise. */
function callOutside(call: () => void): void {
  process.nextTick(call);
}

export type { Channel, ConfirmChannel, Connection } from './types/callback-api.ts';
export type * from './types/message.ts';
export type * as Options from './types/options.ts';
export type * as Replies from './types/replies.ts';
export type { Callback } from './types/requests.ts';
export type {
  ChannelOptions,
  Credentials,
  DirectOptions,
  OverflowAction,
  OverflowReport,
  ReconnectOptions,
  SocketOptions,
} from './types/settings.ts';
export type * from './types/stats.ts';
export { credentials, IllegalOperationError };
