import { RATE_SPAN_MS } from './object-table.ts';
import { TOTAL_NAMES, type TotalFigures, type TotalName } from './totals.ts';

/** How fast totals change, from one reading to the next. */
export class TotalRates {
  readonly rates: Record<TotalName, number>;
  private base: TotalFigures | null = null;
  private baseAtMs = 0;

  constructor() {
    const zeros = TOTAL_NAMES.map((name) => [name, 0]);
    this.rates = Object.fromEntries(zeros) as Record<TotalName, number>;
  }

  /** @param nowMs on a clock that never goes back */
  take(totals: TotalFigures, nowMs: number): void {
    const seconds = (nowMs - this.baseAtMs) / 1000;
    if (this.base !== null && seconds * 1000 < RATE_SPAN_MS) return;
    for (const name of TOTAL_NAMES) {
      const before = this.base?.[name] ?? totals[name];
      this.rates[name] = (totals[name] - before) / seconds;
    }
    this.base = totals;
    this.baseAtMs = nowMs;
  }
}
