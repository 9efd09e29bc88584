import type { DirectReport, ThreadReport } from '../../amqp-control/direct/direct-report.ts';
import { osThreadId } from '../../shards/os-thread.ts';
import type { BrokerLink } from '../link/broker-link.ts';
import { cpuSeconds } from './cpu-times.ts';

/** Time between the two reports that utilisation is computed from, in milliseconds, at least. */
const SPAN_MS = 500;

/** What a thread uses of processors; null where the system doesn't say. */
export interface CpuUse {
  /** Of one core, over the time between the last two reports, 0 to 1. */
  readonly share: number | null;
  /** Since it started. */
  readonly seconds: number | null;
}

const UNKNOWN: CpuUse = { share: null, seconds: null };

/** Direct Mode as it was last, with how busy its threads were. */
export class DirectWatch {
  private readonly link: BrokerLink;
  private latest: DirectReport | null = null;
  private base: DirectReport | null = null;
  private latestAtMs = -Infinity;
  private readonly ownThread = osThreadId();
  private cpu = new Map<number, CpuUse>();
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

  cpuOf({ osThread }: ThreadReport): CpuUse {
    return osThread === null ? UNKNOWN : (this.cpu.get(osThread) ?? UNKNOWN);
  }

  /** Of this thread. */
  get ownCpu(): CpuUse {
    return this.ownThread === null ? UNKNOWN : (this.cpu.get(this.ownThread) ?? UNKNOWN);
  }

  private async refresh(): Promise<DirectReport> {
    const report = await this.link.direct();
    const spanMs = performance.now() - this.latestAtMs;
    await this.readCpu([...report.threads.map(({ osThread }) => osThread), this.ownThread], spanMs);
    this.base = this.latest;
    this.latest = report;
    this.latestAtMs = performance.now();
    const load = performance.eventLoopUtilization();
    this.ownUtilisation = performance.eventLoopUtilization(load, this.ownLoad).utilization;
    this.ownLoad = load;
    return report;
  }

  private async readCpu(osThreads: readonly (number | null)[], spanMs: number): Promise<void> {
    const before = this.cpu;
    const now = new Map<number, CpuUse>();
    for (const osThread of osThreads) {
      const seconds = await cpuSeconds(osThread);
      if (osThread === null || seconds === null) continue;
      const since = before.get(osThread)?.seconds ?? null;
      const share = since === null ? null : Math.min((seconds - since) / (spanMs / 1000), 1);
      now.set(osThread, { share, seconds });
    }
    this.cpu = now;
  }
}
