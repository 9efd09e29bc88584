import { readFileSync } from 'node:fs';

/**
 * Descriptors that connections leave to others: files of the store and the log, threads, relays,
 * and the tries of ParkedHandles.
 */
const RESERVE = 64;

/**
 * The first descriptor number that a connection may not have, so that the process never runs out:
 * then the system would throw connections away without a word, and files could not be opened.
 * Infinity where the system doesn't tell its limit.
 */
export function connectionDescriptorsEnd(): number {
  const limit = descriptorsMax();
  return limit === Infinity ? Infinity : Math.max(limit - RESERVE, Math.floor(limit / 2));
}

/** How many descriptors the process may have; Infinity where the system doesn't tell. */
export function descriptorsMax(): number {
  try {
    const [, limit] =
      /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? Infinity : Number(limit);
  } catch {
    return Infinity;
  }
}
