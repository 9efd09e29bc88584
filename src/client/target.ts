import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { FRAME_MIN_SIZE } from '../wire/frame.ts';
import { plain } from './credentials.ts';
import { FRAME_ACCEPTED_OCTETS, FRAME_MAX_OCTETS } from './limits.ts';
import { type ClientSettings, directOptionsOf, settingsOf } from './settings.ts';
import type * as Options from './types/options.ts';
import type { Credentials, SocketOptions } from './types/settings.ts';

/** What the client says and wants when a connection opens. */
export interface Login {
  readonly credentials: Credentials;
  readonly clientProperties: Record<string, unknown>;
  readonly locale: string;
  readonly vhost: string;
  /** 0 for no limit. */
  readonly channelMax: number;
  /** Octets; 0 for no limit. */
  readonly frameMax: number;
  /** Octets of the largest frame accepted, 0 for no limit; null for the default. */
  readonly maxFrameSize: number | null;
  /** Seconds, 0 for none; null to accept what the broker proposes. */
  readonly heartbeat: number | null;
}

/** One broker to connect to, and how. */
export interface Target {
  readonly secure: boolean;
  /** For node:net or node:tls. */
  readonly socketOptions: ConnectionOptions & { host: string; port: number };
  readonly noDelay: boolean;
  readonly keepAlive: boolean;
  readonly keepAliveDelayMs: number;
  /** 0 for none. */
  readonly connectTimeoutMs: number;
  readonly login: Login;
  readonly settings: ClientSettings;
}

/** A URL, or its parts. */
export type Address = string | Options.Connect;

/** Options that are numbers, but text where they come from a URL or the environment. */
type Limits = 'frameMax' | 'maxFrameSize' | 'channelMax' | 'heartbeat';
type AddressParts = Omit<Options.Connect, Limits> & {
  readonly [Name in Limits]?: number | string | null | undefined;
};

const PORT = 5672;
const PORT_SECURE = 5671;
const DEFAULT_URL = 'amqp://localhost';

/**
 * Where `address` and `options` point to, with amqplib's defaults.
 * @throws Error if the protocol is neither amqp nor amqps
 * @throws TypeError if an option is not valid
 */
export function parseTarget(address: Address | undefined, options: SocketOptions = {}): Target {
  const parts: AddressParts =
    typeof address === 'object' ? address : partsOfUrl(address || DEFAULT_URL);
  if ('recovery' in options && options.recovery) {
    throw new TypeError("'recovery' is amqplib's own; use 'reconnect', which keeps channels too");
  }
  const protocol = parts.protocol ?? 'amqp';
  if (protocol !== 'amqp' && protocol !== 'amqps') {
    const got = protocol === '' ? '' : `${protocol}:`;
    throw new Error(`Expected amqp: or amqps: as the protocol; got ${got}`);
  }
  const secure = protocol === 'amqps';
  return {
    secure,
    socketOptions: socketOptionsOf(parts, options, secure),
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive ?? false,
    keepAliveDelayMs: options.keepAliveDelay ?? 0,
    connectTimeoutMs: options.timeout ?? 0,
    login: loginOf(parts, options),
    settings: settingsOf(parts, options),
  };
}

function partsOfUrl(text: string): AddressParts {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return { protocol: '' };
  const query = url.searchParams;
  const hasLogin = url.username !== '' || url.password !== '';
  return {
    protocol: url.protocol.slice(0, -1),
    hostname: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    username: hasLogin ? decoded(url.username) : undefined,
    password: hasLogin ? decoded(url.password) : undefined,
    vhost: url.pathname.slice(1),
    locale: query.get('locale') ?? undefined,
    frameMax: query.get('frameMax'),
    maxFrameSize: query.get('maxFrameSize'),
    channelMax: query.get('channelMax'),
    heartbeat: query.get('heartbeat'),
    ...directOptionsOf(query),
  };
}

/** What percent signs encode; the text itself if they do not encode anything. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A limit as amqplib reads it: a number, or text that begins with one; undefined without one. */
function limit(name: string, value: number | string | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number.parseInt(String(value), 10);
  if (!Number.isNaN(number)) return number;
  throw new TypeError(`Field '${name}' is the wrong type; must be a number (but not NaN)`);
}

function loginOf(parts: AddressParts, options: SocketOptions): Login {
  const anonymous = parts.username === undefined && parts.password === undefined;
  return {
    credentials:
      options.credentials ??
      parts.credentials ??
      plain(
        anonymous ? 'guest' : (parts.username ?? ''),
        anonymous ? 'guest' : (parts.password ?? ''),
      ),
    clientProperties: options.clientProperties ?? {},
    locale: parts.locale || 'en_US',
    vhost: decoded(parts.vhost || '/'),
    channelMax: limit('channelMax', parts.channelMax) ?? 0,
    frameMax: limit('frameMax', parts.frameMax) ?? FRAME_MAX_OCTETS,
    maxFrameSize: frameSizeLimit(parts.maxFrameSize),
    heartbeat: limit('heartbeat', parts.heartbeat) ?? null,
  };
}

function frameSizeLimit(given: number | string | null | undefined): number | null {
  if (given === undefined || given === null) return null;
  const value = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (!Number.isInteger(value) || (value !== 0 && value < FRAME_MIN_SIZE)) {
    const range = `0 (no limit) or an integer of at least ${FRAME_MIN_SIZE}`;
    throw new TypeError(`maxFrameSize must be ${range}; got ${value}`);
  }
  return value;
}

/**
 * Octets of the largest payload to accept.
 * @param frameMax as agreed on, 0 for no limit
 */
export function acceptedOctets(login: Login, frameMax: number): number {
  if (login.maxFrameSize === null) return Math.max(FRAME_ACCEPTED_OCTETS, frameMax);
  return login.maxFrameSize === 0 ? Infinity : login.maxFrameSize;
}

/** Options of ours that Node's sockets would misunderstand, or apply to a socket's whole life. */
const OWN_OPTIONS = ['timeout', 'signal', 'noDelay', 'keepAlive'] as const;

function socketOptionsOf(
  parts: AddressParts,
  options: SocketOptions,
  secure: boolean,
): Target['socketOptions'] {
  const host = parts.hostname || 'localhost';
  const others: ConnectionOptions & SocketOptions = { ...options };
  for (const name of OWN_OPTIONS) delete others[name];
  return {
    ...others,
    ...(others.servername === undefined && isIP(host) === 0 ? { servername: host } : {}),
    host,
    port: parts.port || (secure ? PORT_SECURE : PORT),
  };
}
