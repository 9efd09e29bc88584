import type { Spread } from './statistics.ts';

const MIB = 1024 * 1024;

/** `value` with three significant digits and k, M, G for thousands, millions and so on: 1.23 M. */
export function shortFigure(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toPrecision(3);
}

/** Median with the least and the greatest in brackets. */
export function spreadFigure(spread: Spread): string {
  return `${shortFigure(spread.median)} (${shortFigure(spread.min)} - ${shortFigure(spread.max)})`;
}

/** Octets as MiB. */
export function mebibytes(octets: number): string {
  return `${(octets / MIB).toFixed(0)} MiB`;
}

/** Nanoseconds as microseconds, to a tenth while that can matter. */
export function microseconds(timeNs: number): string {
  const timeUs = timeNs / 1000;
  return timeUs < 1000 ? timeUs.toFixed(1) : timeUs.toFixed(0);
}
