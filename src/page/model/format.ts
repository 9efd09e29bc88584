/** Figures as people read them. What isn't known is a dash: it differs from nothing. */
export const UNKNOWN = '–';

const THIN_SPACE = '\u202f';
const STEPS = [
  { from: 1e9, unit: 'G' },
  { from: 1e6, unit: 'M' },
  { from: 1e3, unit: 'k' },
] as const;
const OCTET_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const OCTETS_STEP = 1024;

/** `1 234 567`: grouped by thin spaces, which no locale takes for a decimal point. */
export function formatCount(value: number | undefined): string {
  if (!isFigure(value)) return UNKNOWN;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** At most four characters and a unit: `21.6 M`, `1.52 k`, `87`, `0.4`. */
export function formatShort(value: number | undefined): string {
  if (!isFigure(value)) return UNKNOWN;
  const step = STEPS.find(({ from }) => Math.abs(value) >= from * 0.99995);
  if (step === undefined) return threeDigits(value);
  return `${threeDigits(value / step.from)}${THIN_SPACE}${step.unit}`;
}

/** Messages a second: `21.6 M/s`; `0` when nothing moves. */
export function formatRate(perSecond: number | undefined): string {
  if (!isFigure(perSecond)) return UNKNOWN;
  return Math.abs(perSecond) < 0.05 ? '0' : `${formatShort(perSecond)}/s`;
}

/** Binary units, as the command's options take them: `64 KiB`. */
export function formatOctets(octets: number | undefined): string {
  if (!isFigure(octets)) return UNKNOWN;
  let value = octets;
  let unit = 0;
  while (value >= OCTETS_STEP && unit < OCTET_UNITS.length - 1) {
    value /= OCTETS_STEP;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)}${THIN_SPACE}${OCTET_UNITS[unit]}`;
}

/** Octets a second: `1.5 MiB/s`. */
export function formatOctetRate(perSecond: number | undefined): string {
  return isFigure(perSecond) ? `${formatOctets(perSecond)}/s` : UNKNOWN;
}

/** A share of 0 to 1 as `42 %`. */
export function formatShare(share: number | undefined): string {
  if (!isFigure(share)) return UNKNOWN;
  return `${Math.round(share * 100)}${THIN_SPACE}%`;
}

/** Microseconds as `87 µs`, `1.25 ms`, `2.4 s`. */
export function formatMicros(micros: number | undefined): string {
  if (!isFigure(micros)) return UNKNOWN;
  if (micros < 1000) return `${threeDigits(micros)}${THIN_SPACE}µs`;
  if (micros < 1e6) return `${threeDigits(micros / 1000)}${THIN_SPACE}ms`;
  return `${threeDigits(micros / 1e6)}${THIN_SPACE}s`;
}

/** How long something has been going on: `12 s`, `3 min`, `4 h 10 min`, `3 d 2 h`. */
export function formatDuration(ms: number | undefined): string {
  if (!isFigure(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds}${THIN_SPACE}s`;
  if (hours === 0) return `${minutes}${THIN_SPACE}min`;
  if (hours < 24) return `${hours}${THIN_SPACE}h ${minutes % 60}${THIN_SPACE}min`;
  return `${Math.floor(hours / 24)}${THIN_SPACE}d ${hours % 24}${THIN_SPACE}h`;
}

/** `queue`, `queues`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function isFigure(value: number | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return Math.round(value).toString();
  if (size >= 9.995) return trimmed(value.toFixed(1));
  return trimmed(value.toFixed(size >= 1 ? 2 : 1));
}

function trimmed(text: string): string {
  return text.replace(/\.0+$/, '').replace(/(\.\d)0$/, '$1');
}
