import { PromiseModel } from './api/promise-model.ts';
import { type Addresses, openSession, parseTargets } from './connect.ts';
import * as credentials from './credentials.ts';
import { IllegalOperationError } from './errors.ts';
import type { ChannelModel } from './types/api.ts';
import type { SocketOptions } from './types/settings.ts';

/**
 * Connects to a broker.
 * @param url a URL, its parts, or several of either that are tried in turn; default
 *   amqp://localhost
 * @param socketOptions of the socket, of TLS, and of this library
 * @throws Error what the network or the broker said
 */
export async function connect(
  url?: Addresses,
  socketOptions?: SocketOptions,
): Promise<ChannelModel> {
  const options = socketOptions ?? {};
  return new PromiseModel(await openSession(parseTargets(url, options), options.signal));
}

export type { Channel, ChannelModel, ConfirmChannel, Connection } from './types/api.ts';
export type * from './types/message.ts';
export type * as Options from './types/options.ts';
export type * as Replies from './types/replies.ts';
export type {
  ChannelOptions,
  Credentials,
  DirectOptions,
  MessagesOptions,
  OverflowAction,
  OverflowReport,
  ReconnectOptions,
  SocketOptions,
} from './types/settings.ts';
export type * from './types/stats.ts';
export { credentials, IllegalOperationError };
