/** One run of a workload: the figures of its window, the totals of the whole. */
export interface ThroughputRepetition extends Accounts {
  /** Summed over all consumers, within the window. */
  readonly deliveredPerSecond: number;
  /** As they came over the network, protocol included. */
  readonly deliveredOctetsPerSecond: number;
  /** CPU seconds, user and system, per million messages delivered, of the broker. */
  readonly subjectSecondsPerMillion: number;
  /** The same of all publishers together: they must be cheaper than the broker. */
  readonly publisherSecondsPerMillion: number;
  /** The same of all consumers together. */
  readonly consumerSecondsPerMillion: number;
  /** Memory of the broker when all was delivered. */
  readonly rssOctets: number;
  /** The most that it had, since it was started. */
  readonly peakRssOctets: number;
}

/** Where the messages of a run went; published times copies = delivered + dropped. */
export interface Accounts {
  readonly publishedMessages: number;
  readonly deliveredMessages: number;
  /** Copies that a consumer should have had and did not get. */
  readonly droppedMessages: number;
}
