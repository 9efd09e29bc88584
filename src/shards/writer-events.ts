import type { FeedEvents, FeedReport } from '../dmp-writer/feed-report.ts';

/** What a writer tells main, whether it is a thread or runs in main. */
export interface WriterEvents extends FeedEvents {
  /** The writer works from now on; what it was told before isn't lost. */
  onReady(): void;
  /**
   * The answer to `removeFeed`: the writer won't touch the feed's descriptor again.
   * @param report null if the feed had gone before, which was said then
   */
  onFeedReleased(slot: number, report: FeedReport | null): void;
  /**
   * The writer has ended and touches no descriptor any more.
   * @param error null if it was asked to stop
   */
  onExit(error: Error | null): void;
}
