import type { FeedInfo } from '../api/direct-types.ts';

/** How a feed is doing: `dropping` loses messages now, `behind` has a backlog above its warning. */
export type FeedState = 'well' | 'behind' | 'dropping' | 'dropped';

/** `droppedPerSecond` is what was dropped since the poll before. */
export function feedState(feed: FeedInfo, droppedPerSecond: number): FeedState {
  if (droppedPerSecond > 0) return 'dropping';
  if (feed.warned) return 'behind';
  return feed.dropped > 0 ? 'dropped' : 'well';
}

const URGENCY: Readonly<Record<FeedState, number>> = {
  dropping: 3,
  behind: 2,
  dropped: 1,
  well: 0,
};

/** Those in trouble first, then by what is waiting. */
export function byUrgency(
  a: { readonly feed: FeedInfo; readonly state: FeedState },
  b: { readonly feed: FeedInfo; readonly state: FeedState },
): number {
  const urgency = URGENCY[b.state] - URGENCY[a.state];
  return urgency === 0 ? b.feed.backlog_octets - a.feed.backlog_octets : urgency;
}
