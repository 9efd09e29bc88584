/** Nanoseconds of one unit: finer than any latency here by two orders of magnitude. */
export const LATENCY_UNIT_NS = 100;
/** Values below this have a count of their own; above, 1024 counts for each power of two: 0.1 %. */
const LINEAR_COUNTS = 2048;
const COUNTS_PER_POWER = 1024;
/** Latencies are 31-bit integers of units: up to 214 seconds. */
const VALUE_MAX = 2 ** 31 - 1;
const POWERS = 20;
/** Int32 words that the counts of latencies take. */
export const LATENCY_COUNTS_LENGTH = LINEAR_COUNTS + POWERS * COUNTS_PER_POWER;
/**
 * The index of the count for a latency, in units. Recording is this and one increment, so that the
 * thread that reads a connection can do it for every message; hdr-histogram gets the counts later.
 */
export function latencyIndex(units) {
    const value = units < 0 ? 0 : units > VALUE_MAX ? VALUE_MAX : units | 0;
    if (value < LINEAR_COUNTS)
        return value;
    const shift = 21 - Math.clz32(value);
    return LINEAR_COUNTS + (shift - 1) * COUNTS_PER_POWER + (value >>> shift) - COUNTS_PER_POWER;
}
/** The least latency that is counted at `index`, in units. */
export function latencyAtIndex(index) {
    if (index < LINEAR_COUNTS)
        return index;
    const shift = Math.floor((index - LINEAR_COUNTS) / COUNTS_PER_POWER) + 1;
    const offset = (index - LINEAR_COUNTS) % COUNTS_PER_POWER;
    return (COUNTS_PER_POWER + offset) * 2 ** shift;
}
//# sourceMappingURL=latency-counts.js.map