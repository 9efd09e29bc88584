import type { MessageTotals } from '../amqp-control/stats/message-totals.ts';

/** One direction. */
class Direction {
  peak = 0;
  private sum = 0;
  private seconds = 0;

  /** @param busy whether messages moved in either direction: idle time says nothing of speed */
  take(rate: number, busy: boolean): void {
    this.peak = Math.max(this.peak, rate);
    if (!busy) return;
    this.sum += rate;
    this.seconds++;
  }

  get mean(): number {
    return this.seconds === 0 ? 0 : this.sum / this.seconds;
  }
}

/**
 * Rates as OpenAMQ's monitor showed them: messages per second in and out, their mean over the
 * seconds in which any moved, their peak, and both means together (iomean).
 */
export class RateMonitor {
  private readonly incoming = new Direction();
  private readonly outgoing = new Direction();
  private before: MessageTotals;
  private beforeMs: number;

  constructor(totals: MessageTotals, nowMs: number) {
    this.before = totals;
    this.beforeMs = nowMs;
  }

  /** The line for the time since the last one. */
  line(totals: MessageTotals, nowMs: number): string {
    const seconds = (nowMs - this.beforeMs) / 1000;
    // Counts go back when a virtual host is deleted.
    const perSecond = (count: number) => (seconds > 0 ? Math.max(count, 0) / seconds : 0);
    const rateIn = perSecond(totals.messagesIn - this.before.messagesIn);
    const rateOut = perSecond(totals.messagesOut - this.before.messagesOut);
    const busy = rateIn > 0 || rateOut > 0;
    const { incoming, outgoing } = this;
    incoming.take(rateIn, busy);
    outgoing.take(rateOut, busy);
    this.before = totals;
    this.beforeMs = nowMs;
    const iomean = incoming.mean + outgoing.mean;
    return (
      `in=${whole(rateIn)} mean=${whole(incoming.mean)} peak=${whole(incoming.peak)}  ` +
      `out=${whole(rateOut)} mean=${whole(outgoing.mean)} peak=${whole(outgoing.peak)}  ` +
      `iomean=${whole(iomean)}`
    );
  }
}

function whole(rate: number): string {
  return Math.round(rate).toString();
}
