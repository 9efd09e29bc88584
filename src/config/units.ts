/** One kibioctet, mebioctet and gibioctet, in octets. */
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** What a duration without a suffix is counted in, and what the option's value is in. */
export type DurationUnit = 'ms' | 's';

const OCTETS_BY_SUFFIX: Readonly<Record<string, number>> = { kib: KIB, mib: MIB, gib: GIB };
const MS_BY_SUFFIX: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Octets from `4096`, `64KiB`, `1.5 MiB` or `4GiB`; NaN when it is none of them or not whole. */
export function parseOctets(text: string): number {
  const match = /^(\d+(?:\.\d+)?) *(kib|mib|gib)?$/i.exec(text);
  if (match === null) return Number.NaN;
  return wholeOrNaN(Number(match[1]) * (OCTETS_BY_SUFFIX[match[2]?.toLowerCase() ?? ''] ?? 1));
}

/** `unit`s from `250ms`, `5s`, `2m` or, without a suffix, `unit`s; NaN when not a whole number. */
export function parseDuration(text: string, unit: DurationUnit): number {
  const match = /^(\d+(?:\.\d+)?) *(ms|s|m)?$/.exec(text);
  if (match === null) return Number.NaN;
  const ms = Number(match[1]) * (MS_BY_SUFFIX[match[2] ?? unit] ?? 1);
  return wholeOrNaN(ms / (MS_BY_SUFFIX[unit] ?? 1));
}

/** `131072` as `128 KiB`; the bare number where no unit divides it. */
export function formatOctets(octets: number): string {
  if (octets === 0) return '0';
  if (octets % GIB === 0) return `${octets / GIB} GiB`;
  if (octets % MIB === 0) return `${octets / MIB} MiB`;
  if (octets % KIB === 0) return `${octets / KIB} KiB`;
  return String(octets);
}

function wholeOrNaN(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
