/** How long a fuzz test runs: FUZZ_MS in the environment, 300 ms otherwise. */
const BUDGET_MS = Number(process.env.FUZZ_MS ?? 300);

/**
 * Parameters for fast-check's `assert`: as many runs as fit the time budget. A failure prints the
 * seed; FUZZ_SEED in the environment repeats it.
 */
export function fuzzBudget(): {
  seed?: number;
  numRuns: number;
  interruptAfterTimeLimit: number;
} {
  const budget = { numRuns: 100_000_000, interruptAfterTimeLimit: BUDGET_MS };
  const seed = process.env.FUZZ_SEED;
  return seed === undefined ? budget : { ...budget, seed: Number(seed) };
}
