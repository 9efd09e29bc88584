import type { FeedInfo } from '../api/direct-types.ts';
import { CounterRates, History } from './history.ts';
import { byUrgency, type FeedState, feedState } from './slow-feeds.ts';

/** A feed with what its counters did since the poll before. */
export interface FeedReading {
  readonly feed: FeedInfo;
  readonly state: FeedState;
  readonly deliveredPerSecond: number;
  readonly droppedPerSecond: number;
  /** Messages in its backlog, oldest first. */
  readonly backlog: readonly number[];
}

export function feedKey({ id }: FeedInfo): string {
  return String(id);
}

/**
 * Follows feeds from poll to poll, so that those that are losing messages now can be told apart.
 */
export class FeedWatch {
  readonly #delivered = new CounterRates();
  readonly #dropped = new CounterRates();
  readonly #backlogs = new History();
  #atMs = 0;
  #readings: readonly FeedReading[] = [];

  /** Those in trouble first. Reading the same poll again changes nothing. */
  read(feeds: readonly FeedInfo[], atMs: number): readonly FeedReading[] {
    if (atMs <= this.#atMs) return this.#readings;
    this.#atMs = atMs;
    const figures = (figure: (feed: FeedInfo) => number) =>
      new Map(feeds.map((feed) => [feedKey(feed), figure(feed)]));
    const delivered = this.#delivered.add(
      figures((feed) => feed.delivered),
      atMs,
    );
    const dropped = this.#dropped.add(
      figures((feed) => feed.dropped),
      atMs,
    );
    this.#backlogs.add(figures((feed) => feed.backlog_messages));
    this.#readings = feeds
      .map((feed) => {
        const key = feedKey(feed);
        const droppedPerSecond = dropped.get(key) ?? 0;
        return {
          feed,
          state: feedState(feed, droppedPerSecond),
          deliveredPerSecond: delivered.get(key) ?? 0,
          droppedPerSecond,
          backlog: this.#backlogs.of(key),
        };
      })
      .sort(byUrgency);
    return this.#readings;
  }
}
