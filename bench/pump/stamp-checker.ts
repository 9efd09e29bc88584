import { LATENCY_UNIT_NS, latencyIndex } from './latency-counts.ts';
import { stampPublisher, stampSequence, stampTimeNs } from './stamp.ts';

const PUBLISHERS_MAX = 2 ** 16;

/** Checks that the messages of each publisher come complete and in order, and times them. */
export class StampChecker {
  /** Sequence numbers that were jumped over. */
  missing = 0;
  /** Messages that came again or too late. */
  disordered = 0;

  readonly #expected = new Float64Array(PUBLISHERS_MAX);
  readonly #latencyCounts: Int32Array;
  readonly #timedFromSequence: number;

  /**
   * @param latencyCounts where latencies are counted, by {@link latencyIndex}
   * @param timedFromSequence messages before this one are not timed
   */
  constructor(latencyCounts: Int32Array, timedFromSequence: number) {
    this.#latencyCounts = latencyCounts;
    this.#timedFromSequence = timedFromSequence;
  }

  /** Takes the stamp at `at` of a message that arrived at `arrivalNs`. */
  check(b: Buffer, at: number, arrivalNs: number): void {
    const publisher = stampPublisher(b, at);
    const sequence = stampSequence(b, at);
    const expected = this.#expected[publisher];
    if (sequence < expected) {
      this.disordered++;
      return;
    }
    this.missing += sequence - expected;
    this.#expected[publisher] = sequence + 1;
    if (sequence < this.#timedFromSequence) return;
    this.#latencyCounts[latencyIndex((arrivalNs - stampTimeNs(b, at)) / LATENCY_UNIT_NS)]++;
  }
}
