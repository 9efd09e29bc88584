import type { DestinationStream } from 'pino';
import type { LogLevel } from './config/options.ts';

/** Fields of a record first, then what happened in words that stay the same each time. */
export type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the broker needs of a logger; any pino logger is one. */
export interface Logger {
  readonly fatal: LogMethod;
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly info: LogMethod;
  readonly debug: LogMethod;
  readonly trace: LogMethod;
}

const STDERR_FD = 2;
/** Records that wait for a reader of standard error, in octets; what comes on top is dropped. */
const BACKLOG_OCTETS_MAX = 1024 * 1024;

const ignore: LogMethod = () => {};

/** Drops every record. */
export const silentLogger: Logger = {
  fatal: ignore,
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
};

/** The one way to standard error of this process, so that records of two brokers never mix. */
let standardError: DestinationStream | null = null;

/**
 * A logger that writes JSON lines to standard error, without ever waiting for it; what has not been
 * written yet is written when the process exits. A silent one does not even load pino.
 */
export async function createLogger(level: LogLevel): Promise<Logger> {
  if (level === 'silent') return silentLogger;
  const { pino } = await import('pino');
  standardError ??= pino.destination({
    dest: STDERR_FD,
    sync: false,
    maxLength: BACKLOG_OCTETS_MAX,
  });
  const logger: Logger = pino({ name: 'directmq', level }, standardError);
  return logger;
}
