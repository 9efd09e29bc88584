/** Options that amqplib does not have, or has beside those of its methods. */
import type { ConnectionOptions } from 'node:tls';

/** How to log in: a SASL mechanism and what it answers. */
export interface Credentials {
  mechanism: string;
  response(): Buffer;
  username?: string;
  password?: string;
}

/** What happens to a message that arrives when the arrival queue is full. */
export type OverflowAction = 'warn' | 'trim' | 'drop' | 'kill';

/** Of a channel's event `arrival-overflow`. */
export interface OverflowReport {
  readonly queue: string;
  readonly action: OverflowAction;
  /** Messages that wait. */
  readonly waiting: number;
}

/** Options of Direct Mode. */
export interface DirectOptions {
  /** Whether to use Direct Mode; default: what the broker says. */
  direct?: boolean | undefined;
  /** Most direct connections, for sinks and feeds together; default 6. */
  directMax?: number | undefined;
  /**
   * Most octets of one write; 0, or less than 2048, writes each message by itself. Default 32768.
   */
  batching?: number | undefined;
  /** Messages that may wait for the application, per iterator; default 100000. */
  arrivalHighWater?: number | undefined;
  /**
   * What to do beyond `arrivalHighWater`: `warn` once, `trim` the oldest, `drop` the newest, or
   * `kill` the connection. Default `trim`.
   */
  arrivalOverflow?: OverflowAction | undefined;
}

/** How to come back after the connection was lost. */
export interface ReconnectOptions {
  /** Wait before the first attempt, in milliseconds; default 100. */
  initialDelayMs?: number | undefined;
  /** Longest wait between attempts, in milliseconds; default 30000. */
  maxDelayMs?: number | undefined;
  /** By how much each wait is longer than the one before; default 2. */
  factor?: number | undefined;
  /** Part of a wait that is random, 0 to 1; default 0.2. */
  jitter?: number | undefined;
  /** Attempts before giving up; default Infinity. */
  maxRetries?: number | undefined;
}

/** The second argument of `connect`: of the socket, of TLS, and of this library. */
export interface SocketOptions extends ConnectionOptions, DirectOptions {
  /** Whether small writes leave at once; default true. */
  noDelay?: boolean | undefined;
  /** Milliseconds that connecting may take. */
  timeout?: number | undefined;
  keepAlive?: boolean | undefined;
  /** Milliseconds. */
  keepAliveDelay?: number | undefined;
  clientProperties?: Record<string, unknown> | undefined;
  credentials?: Credentials | undefined;
  /** Connect again, and restore the topology, when the connection is lost; default false. */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** Octets that may wait to be written before `publish` throws; default 256 MiB. */
  maxUnwrittenOctets?: number | undefined;
  /** Ends the attempt to connect. */
  signal?: AbortSignal | undefined;
}

/** Options of `createChannel` and `createConfirmChannel`. */
export interface ChannelOptions {
  /** Messages that may wait to be written before `publish` returns false; default 1024. */
  highWaterMark?: number | undefined;
  /** Messages that may be unconfirmed before `publishConfirmed` waits; default 1024. */
  maxInFlight?: number | undefined;
}

/** Options of `channel.messages`. */
export interface MessagesOptions {
  noAck?: boolean | undefined;
  consumerTag?: string | undefined;
  exclusive?: boolean | undefined;
  /** Unacknowledged messages the broker may send ahead; default 256. Nothing with `noAck`. */
  prefetch?: number | undefined;
  /** Ends the iteration. */
  signal?: AbortSignal | undefined;
}

/** An option of waiting calls. */
export interface WaitOptions {
  signal?: AbortSignal | undefined;
}
