/** Longest pause between two attempts at a server that doesn't answer, in milliseconds. */
const PAUSE_MAX_MS = 30_000;

/**
 * When to ask again: at the interval while answers come, ever more rarely while they don't. The
 * next request is planned only when the one before has ended, so there is never more than one.
 */
export class PollSchedule {
  readonly #intervalMs: number;
  #failures = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Milliseconds to wait after an answer that took `tookMs`: a slow server is asked less often. */
  afterAnswer(tookMs: number): number {
    this.#failures = 0;
    return Math.max(this.#intervalMs, Math.min(tookMs * 2, PAUSE_MAX_MS));
  }

  /** Milliseconds to wait after a failure. */
  afterFailure(): number {
    this.#failures++;
    return Math.min(this.#intervalMs * 2 ** this.#failures, PAUSE_MAX_MS);
  }
}
