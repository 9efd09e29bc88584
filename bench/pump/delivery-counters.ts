import { nowNs } from '../lib/clock.ts';
import { LATENCY_COUNTS_LENGTH } from './latency-counts.ts';
import type { DeliverySnapshot } from './orders.ts';

const MESSAGES = 0;
const OCTETS = 1;
const MISSING = 2;
const DISORDERED = 3;
const ENDED = 4;
const WORDS = 5;

/**
 * What the reading thread of a consumer has seen, in memory that it shares with the thread that
 * answers the bench: the reading thread sits in a blocking read and can't be asked.
 */
export class DeliveryCounters {
  readonly memory: SharedArrayBuffer;
  /** Counts of latencies by `latencyIndex`; only the reading thread writes them. */
  readonly latencyCounts: Int32Array;
  readonly #words: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(WORDS * 8 + LATENCY_COUNTS_LENGTH * 4)) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory, 0, WORDS);
    this.latencyCounts = new Int32Array(memory, WORDS * 8, LATENCY_COUNTS_LENGTH);
  }

  /** Makes the totals visible to the other thread. */
  publish(messages: number, octets: number, missing: number, disordered: number): void {
    Atomics.store(this.#words, MISSING, BigInt(missing));
    Atomics.store(this.#words, DISORDERED, BigInt(disordered));
    Atomics.store(this.#words, OCTETS, BigInt(octets));
    Atomics.store(this.#words, MESSAGES, BigInt(messages));
  }

  /** Notes that the other side has closed the connection. */
  end(): void {
    Atomics.store(this.#words, ENDED, 1n);
  }

  /** The totals now. */
  snapshot(): DeliverySnapshot {
    return {
      atNs: nowNs(),
      messages: this.#word(MESSAGES),
      octets: this.#word(OCTETS),
      missing: this.#word(MISSING),
      disordered: this.#word(DISORDERED),
      ended: this.#word(ENDED) === 1,
    };
  }

  #word(index: number): number {
    return Number(Atomics.load(this.#words, index));
  }
}
