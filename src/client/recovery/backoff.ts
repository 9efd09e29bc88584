import type { ReconnectOptions } from '../types/settings.ts';

/**
 * How long to wait before an attempt to reconnect, in milliseconds.
 * @param attempt 1 for the first
 * @param random 0 to 1
 */
export function backoffMs(
  options: Readonly<Required<ReconnectOptions>>,
  attempt: number,
  random: number,
): number {
  const { initialDelayMs, maxDelayMs, factor, jitter } = options;
  // The longest wait stays below the maximum whatever the random part is.
  const base = Math.min(maxDelayMs / (1 + jitter), initialDelayMs * factor ** (attempt - 1));
  return Math.round(base * (1 + jitter * (2 * random - 1)));
}
