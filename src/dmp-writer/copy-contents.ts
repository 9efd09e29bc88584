import { copyOctets } from '../wire/octets.ts';

/** V8 copies out of shared memory word by word if source and target agree modulo this. */
const WORD_OCTETS = 8;

/** From this size on, two copies word by word take less time than one octet by octet. */
const DETOUR_MIN_OCTETS = 1024;

/** Octets copied at once; they stay in the processor's first cache until they are copied on. */
const DETOUR_OCTETS = 16 * 1024;

const detour = Buffer.allocUnsafeSlow(DETOUR_OCTETS + WORD_OCTETS);

/**
 * Copies the octets [from, to) of `source`, which may be shared memory, to `target`, which isn't,
 * at `at`. Contents have any length, so that source and target seldom agree modulo 8; long ones
 * then go by way of a place that agrees with the source (measured: 15 against 4 GB/s).
 */
export function copyContents(
  source: Buffer,
  from: number,
  to: number,
  target: Buffer,
  at: number,
): void {
  const start = source.byteOffset + from;
  const isAligned = ((start - target.byteOffset - at) & (WORD_OCTETS - 1)) === 0;
  if (isAligned || to - from < DETOUR_MIN_OCTETS) {
    copyOctets(source, from, to, target, at);
    return;
  }
  const lead = start & (WORD_OCTETS - 1);
  for (let i = from; i < to; i += DETOUR_OCTETS) {
    const end = Math.min(i + DETOUR_OCTETS, to);
    source.copy(detour, lead, i, end);
    detour.copy(target, at + i - from, lead, lead + end - i);
  }
}
