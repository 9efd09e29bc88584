/** How far a feed may be behind. */
export interface FeedLimits {
  /** Contents (messages) and octets that wait: from here on the feed is reported. */
  readonly warnMessages: number;
  readonly warnOctets: number;
  /** No more than this waits: what is newer is dropped. */
  readonly dropMessages: number;
  readonly dropOctets: number;
}
