/** How a feed is doing, or did until it ended. */
export interface FeedReport {
  readonly slot: number;
  /** Completely written since the feed was added. */
  readonly contentsOut: number;
  /** Written, heartbeats included. */
  readonly octetsOut: number;
  /** Lost: beyond the drop limits, or waiting when the feed ended. */
  readonly contentsDropped: number;
  readonly octetsDropped: number;
  /** Waiting for the socket. */
  readonly backlogContents: number;
  readonly backlogOctets: number;
}

/** What a writer has to say about its feeds. */
export interface FeedEvents {
  /** The backlog has reached a warn limit; said again after it has fallen below half of both. */
  onFeedWarn(report: FeedReport): void;
  /** Contents were dropped since this was last said; at most once a second for each feed. */
  onFeedDropping(report: FeedReport): void;
  /** The feed's socket failed: the writer has let it go, `reason` is the error's code or text. */
  onFeedGone(report: FeedReport, reason: string): void;
  /** Everything that a shard had sent to this feed in front of its fence has been read. */
  onFencePassed(slot: number, fence: number): void;
  /** Nothing that came in front of this mark waits for the feed's socket any more. */
  onMarkReached(slot: number, mark: number): void;
  /** Main's half of a barrier didn't come in time; the feed may get contents out of order. */
  onBarrierOverdue(slot: number): void;
}
