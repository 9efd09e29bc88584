import type { DirectReport, ThreadReport } from '../../amqp-control/direct/direct-report.ts';
import type { BrokerLink } from '../link/broker-link.ts';

/** Time between the two reports that utilisation is computed from, in milliseconds, at least. */
const SPAN_MS = 500;

/** Direct Mode as it was last, with how busy its threads were. */
export class DirectWatch {
  private readonly link: BrokerLink;
  private latest: DirectReport | null = null;
  private base: DirectReport | null = null;
  private latestAtMs = -Infinity;
  private asking: Promise<DirectReport> | null = null;
  private ownLoad = performance.eventLoopUtilization();
  /** How busy this thread was lately, 0 to 1. */
  ownUtilisation = 0;

  constructor(link: BrokerLink) {
    this.link = link;
  }

  /** The report, no older than half a second, however many ask. */
  async report(): Promise<DirectReport> {
    if (this.latest !== null && performance.now() - this.latestAtMs < SPAN_MS) return this.latest;
    this.asking ??= this.refresh().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  /** Share of the time between the last two reports that a thread was busy, 0 to 1. */
  utilisation({ kind, number, load }: ThreadReport): number {
    if (load === null) return 0;
    const before = this.base?.threads.find(
      (thread) => thread.kind === kind && thread.number === number,
    )?.load;
    // A thread that was replaced begins again.
    const since = before && before.busyMs <= load.busyMs ? before : { busyMs: 0, idleMs: 0 };
    const busyMs = load.busyMs - since.busyMs;
    const totalMs = busyMs + load.idleMs - since.idleMs;
    return totalMs > 0 ? Math.min(Math.max(busyMs / totalMs, 0), 1) : 0;
  }

  private async refresh(): Promise<DirectReport> {
    const report = await this.link.direct();
    this.base = this.latest;
    this.latest = report;
    this.latestAtMs = performance.now();
    const load = performance.eventLoopUtilization();
    this.ownUtilisation = performance.eventLoopUtilization(load, this.ownLoad).utilization;
    this.ownLoad = load;
    return report;
  }
}
