import fc from 'fast-check';

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const budgetMs = Number(process.env.FUZZ_MS ?? 300);

/**
 * Checks `property` with new values until the time is over: FUZZ_MS milliseconds (300). A failure
 * reports the seed; FUZZ_SEED repeats it.
 */
export function fuzz<T>(property: fc.IProperty<T>): void {
  fc.assert(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: budgetMs,
  });
}
