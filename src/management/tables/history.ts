import type { ObjectTable, Row } from './object-table.ts';
import { Series } from './series.ts';

/**
 * Objects of one kind whose history is kept: those that were active last. 1,000 queues with eight
 * figures of five minutes are 21 MiB, the most that one kind may take.
 */
const OBJECTS_MAX = 1000;

/** A figure of a history: the change per second of a column, or its value. */
export interface Figure {
  readonly name: string;
  readonly column: string;
  readonly of: 'rate' | 'value';
}

/** What objects of one kind did in the last minutes, for charts. */
export class History {
  private readonly figures: readonly Figure[];
  private readonly names: readonly string[];
  /** By number; the object that was active longest ago comes first. */
  private readonly series = new Map<number, Series>();

  constructor(figures: readonly Figure[]) {
    this.figures = figures;
    this.names = figures.map(({ name }) => name);
  }

  /**
   * Takes a point for every object that does something, or has done so lately.
   * @param atMs since the epoch
   */
  sample(table: ObjectTable, atMs: number): void {
    const alive = new Set<number>();
    for (const row of table.rows()) {
      alive.add(row.number);
      const known = this.series.get(row.number);
      if (row.rates === null && known === undefined) continue;
      const series = known ?? new Series(this.names);
      if (row.rates !== null) this.series.delete(row.number);
      this.series.set(row.number, series);
      series.add(atMs, this.pointOf(table, row));
    }
    for (const number of this.series.keys()) {
      if (this.series.size > OBJECTS_MAX || !alive.has(number)) this.series.delete(number);
    }
  }

  /** The points of one object, the oldest first; none if it did nothing. */
  of(row: Row): Record<string, number>[] {
    return this.series.get(row.number)?.toJson() ?? [];
  }

  private pointOf(table: ObjectTable, row: Row): number[] {
    return this.figures.map(({ column, of }) =>
      of === 'rate' ? table.rate(row, column) : table.value(row, column),
    );
  }
}
