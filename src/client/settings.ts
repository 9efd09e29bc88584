import {
  ARRIVAL_HIGH_WATER_MESSAGES,
  BATCHING_MAX_OCTETS,
  BATCHING_MIN_OCTETS,
  BATCHING_OCTETS,
  DIRECT_MAX,
  UNWRITTEN_MAX_OCTETS,
} from './limits.ts';
import type {
  DirectOptions,
  OverflowAction,
  ReconnectOptions,
  SocketOptions,
} from './types/settings.ts';

/** Options with their defaults, checked. */
export interface ClientSettings {
  /** Whether to use Direct Mode; null leaves it to the broker. */
  readonly direct: boolean | null;
  readonly directMax: number;
  /** Most octets of one write; 0 to write each message by itself. */
  readonly batchOctets: number;
  readonly arrivalHighWater: number;
  readonly arrivalOverflow: OverflowAction;
  readonly unwrittenMaxOctets: number;
  readonly reconnect: Readonly<Required<ReconnectOptions>> | null;
}

const OVERFLOW_ACTIONS: readonly string[] = ['warn', 'trim', 'drop', 'kill'];

/** Direct Mode's options as they stand in the query of a URL. */
export function directOptionsOf(query: URLSearchParams): DirectOptions {
  return {
    direct: flag(query.get('direct')),
    directMax: number(query.get('directMax')),
    batching: number(query.get('batching')),
    arrivalHighWater: number(query.get('arrivalHighWater')),
    arrivalOverflow: (query.get('arrivalOverflow') as OverflowAction | null) ?? undefined,
  };
}

/**
 * The settings; those of `socketOptions` take precedence over those of the URL.
 * @throws TypeError if one is not valid
 */
export function settingsOf(fromUrl: DirectOptions, socketOptions: SocketOptions): ClientSettings {
  const arrivalOverflow = socketOptions.arrivalOverflow ?? fromUrl.arrivalOverflow ?? 'trim';
  if (!OVERFLOW_ACTIONS.includes(arrivalOverflow)) {
    throw new TypeError(`arrivalOverflow must be one of ${OVERFLOW_ACTIONS.join(', ')}`);
  }
  const pick = (name: 'directMax' | 'batching' | 'arrivalHighWater', preset: number) =>
    wholeNumber(name, socketOptions[name] ?? fromUrl[name] ?? preset);
  return {
    direct: socketOptions.direct ?? fromUrl.direct ?? null,
    directMax: pick('directMax', DIRECT_MAX),
    batchOctets: batchOctets(pick('batching', BATCHING_OCTETS)),
    arrivalHighWater: pick('arrivalHighWater', ARRIVAL_HIGH_WATER_MESSAGES),
    arrivalOverflow,
    unwrittenMaxOctets: wholeNumber(
      'maxUnwrittenOctets',
      socketOptions.maxUnwrittenOctets ?? UNWRITTEN_MAX_OCTETS,
    ),
    reconnect: reconnectSettings(socketOptions.reconnect),
  };
}

function reconnectSettings(
  option: boolean | ReconnectOptions | undefined,
): Readonly<Required<ReconnectOptions>> | null {
  if (option === undefined || option === false) return null;
  const given = option === true ? {} : option;
  return {
    initialDelayMs: given.initialDelayMs ?? 100,
    maxDelayMs: given.maxDelayMs ?? 30_000,
    factor: given.factor ?? 2,
    jitter: given.jitter ?? 0.2,
    maxRetries: given.maxRetries ?? Infinity,
  };
}

function batchOctets(batching: number): number {
  if (batching > BATCHING_MAX_OCTETS) {
    throw new TypeError(`batching must not exceed ${BATCHING_MAX_OCTETS} octets`);
  }
  return batching < BATCHING_MIN_OCTETS ? 0 : batching;
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(`${name} must be a whole number, not ${value}`);
  }
  return value;
}

function flag(text: string | null): boolean | undefined {
  return text === null ? undefined : text === 'true' || text === '1';
}

function number(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}
