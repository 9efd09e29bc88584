import { readdirSync } from 'node:fs';
import { CHURN_NAMES, type ChurnName, type NodeFigures } from '../desk/node-figures.ts';
import type { BrokerLink } from '../link/broker-link.ts';
import { RATE_SPAN_MS } from './object-table.ts';

/** Figures of the process that are shown with how fast they change. */
const PROCESS_NAMES = ['mem_used', 'fd_used'] as const;

type WatchedName = ChurnName | (typeof PROCESS_NAMES)[number];

/** How the node is, and how fast that changes. */
export class NodeWatch {
  figures: NodeFigures | null = null;
  private readonly link: BrokerLink;
  private values = new Map<WatchedName, number>();
  private base = new Map<WatchedName, number>();
  private readonly rates = new Map<WatchedName, number>();
  private baseAtMs = 0;

  constructor(link: BrokerLink) {
    this.link = link;
  }

  async refresh(): Promise<NodeFigures> {
    const figures = await this.link.node();
    this.figures = figures;
    this.values = new Map<WatchedName, number>([
      ...CHURN_NAMES.map((name) => [name, figures.churn[name]] as const),
      // What the alarm looks at.
      ['mem_used', figures.heapUsed + figures.external],
      // Of the whole process, whichever thread asks.
      ['fd_used', openDescriptors()],
    ]);
    this.updateRates(performance.now());
    return figures;
  }

  /** A figure, and how fast it changes, for all names. */
  show(names: readonly WatchedName[]): Record<string, number | { rate: number }> {
    const shown: Record<string, number | { rate: number }> = {};
    for (const name of names) {
      shown[name] = this.values.get(name) ?? 0;
      shown[`${name}_details`] = { rate: this.rates.get(name) ?? 0 };
    }
    return shown;
  }

  value(name: WatchedName): number {
    return this.values.get(name) ?? 0;
  }

  private updateRates(nowMs: number): void {
    const spanMs = nowMs - this.baseAtMs;
    if (spanMs < RATE_SPAN_MS) return;
    for (const [name, value] of this.values) {
      this.rates.set(name, (value - (this.base.get(name) ?? value)) / (spanMs / 1000));
    }
    this.base = this.values;
    this.baseAtMs = nowMs;
  }
}

/** Descriptors that the process has open; 0 where the system doesn't say. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
