import type { FeedInfo, SinkInfo } from '../api/direct-types.ts';
import { CounterRates } from './history.ts';

/** What Direct Mode carries, in messages a second, all sinks and all feeds together. */
export interface DirectRates {
  readonly in: number;
  readonly out: number;
}

/** Follows the counters of sinks and feeds from poll to poll. */
export class DirectFlow {
  readonly #sinks = new CounterRates();
  readonly #feeds = new CounterRates();
  #atMs = 0;
  #rates: DirectRates = { in: 0, out: 0 };

  /** Reading the same poll again changes nothing. */
  read(sinks: readonly SinkInfo[], feeds: readonly FeedInfo[], atMs: number): DirectRates {
    if (atMs <= this.#atMs) return this.#rates;
    this.#atMs = atMs;
    const incoming = new Map(sinks.map(({ id, messages }) => [String(id), messages]));
    const outgoing = new Map(feeds.map(({ id, delivered }) => [String(id), delivered]));
    this.#rates = {
      in: sum(this.#sinks.add(incoming, atMs)),
      out: sum(this.#feeds.add(outgoing, atMs)),
    };
    return this.#rates;
  }
}

function sum(rates: ReadonlyMap<string, number>): number {
  return [...rates.values()].reduce((total, rate) => total + rate, 0);
}
