import type { Parameters } from 'fast-check';

/**
 * How long each random test of this folder runs, in ms (FUZZ_MS), and from which seed (FUZZ_SEED):
 * a failure prints its seed, and the same seed repeats it.
 */
export const FUZZ_BUDGET: Parameters<unknown> = {
  seed: Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31),
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: Number(process.env.FUZZ_MS ?? 300),
};
