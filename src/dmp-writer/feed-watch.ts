import type { FeedLimits } from './feed-limits.ts';
import type { FeedReport } from './feed-report.ts';
import type { WriterContext } from './writer-context.ts';

/** Droppings of a feed are reported at most as often as this, so that no log is flooded. */
export const DROPPING_REPORT_MS = 1000;

/** Whose report it is. */
interface Reporter {
  report(): FeedReport;
}

/** Decides when a feed that doesn't keep up is to be reported. */
export class FeedWatch {
  limits: FeedLimits;
  private readonly context: WriterContext;
  private isWarned = false;
  /** Contents dropped when droppings were last reported, and when they may be reported again. */
  private reportedDropped = 0;
  private nextDroppingReportMs = 0;

  constructor(limits: FeedLimits, context: WriterContext) {
    this.limits = limits;
    this.context = context;
  }

  /** The backlog has grown or shrunk to this. @returns whether the feed counts as slow */
  checkBacklog(contents: number, octets: number, feed: Reporter): boolean {
    const { warnMessages, warnOctets } = this.limits;
    if (this.isWarned) {
      this.isWarned = contents * 2 >= warnMessages || octets * 2 >= warnOctets;
    } else if (contents >= warnMessages || octets >= warnOctets) {
      this.isWarned = true;
      this.context.events.onFeedWarn(feed.report());
    }
    return this.isWarned;
  }

  /** So many contents were dropped since the feed began. */
  checkDropped(contents: number, feed: Reporter): void {
    const { nowMs, events } = this.context;
    if (contents === this.reportedDropped || nowMs < this.nextDroppingReportMs) return;
    this.reportedDropped = contents;
    this.nextDroppingReportMs = nowMs + DROPPING_REPORT_MS;
    events.onFeedDropping(feed.report());
  }
}
