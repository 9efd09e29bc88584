/**
 * Nanoseconds of the system's monotonic clock: on Linux it is the same in all processes, so that a
 * stamp of one can be compared with the clock of another. Exact in a double for 104 days of uptime.
 */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

export const NS_PER_SECOND = 1e9;
export const NS_PER_MILLISECOND = 1e6;

/** Resolves after `timeMs`. */
export function delay(timeMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeMs);
  });
}
