/** Readings kept for each row's sparkline: a minute at one every two seconds. */
export const READINGS_MAX = 30;

/**
 * The last readings of some figures by name, for sparklines of what a table shows. Names that a
 * poll didn't bring are forgotten, so the memory is that of one page of rows.
 */
export class History {
  readonly #readings = new Map<string, number[]>();

  /** Takes what one poll brought. */
  add(figures: ReadonlyMap<string, number>): void {
    for (const name of this.#readings.keys()) {
      if (!figures.has(name)) this.#readings.delete(name);
    }
    for (const [name, value] of figures) {
      const readings = this.#readings.get(name) ?? [];
      readings.push(value);
      if (readings.length > READINGS_MAX) readings.shift();
      this.#readings.set(name, readings);
    }
  }

  /** Oldest first; empty for a name that is not known. */
  of(name: string): readonly number[] {
    return this.#readings.get(name) ?? [];
  }
}

/** Turns counters that only grow into what they grew by a second, from one poll to the next. */
export class CounterRates {
  #last = new Map<string, number>();
  #atMs = 0;

  /** What each grew by a second since the reading before; 0 for new ones and restarted ones. */
  add(counters: ReadonlyMap<string, number>, nowMs: number): Map<string, number> {
    const seconds = (nowMs - this.#atMs) / 1000;
    const rates = new Map<string, number>();
    for (const [name, value] of counters) {
      const before = this.#last.get(name);
      const grown = before === undefined || seconds <= 0 ? 0 : (value - before) / seconds;
      rates.set(name, Math.max(0, grown));
    }
    this.#last = new Map(counters);
    this.#atMs = nowMs;
    return rates;
  }
}
