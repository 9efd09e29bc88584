import { History } from './history.ts';

/** What goes in and out of every row of a table, remembered while the page watches. */
export class RowHistory<Row> {
  readonly #in = new History();
  readonly #out = new History();
  readonly #keyOf: (row: Row) => string;
  readonly #inOf: (row: Row) => number | undefined;
  readonly #outOf: (row: Row) => number | undefined;
  #lastAtMs = 0;

  constructor(
    keyOf: (row: Row) => string,
    inOf: (row: Row) => number | undefined,
    outOf: (row: Row) => number | undefined,
  ) {
    this.#keyOf = keyOf;
    this.#inOf = inOf;
    this.#outOf = outOf;
  }

  /** Takes the rows of one poll, once, however often they are drawn. */
  add(rows: readonly Row[], atMs: number): void {
    if (atMs <= this.#lastAtMs) return;
    this.#lastAtMs = atMs;
    this.#in.add(new Map(rows.map((row) => [this.#keyOf(row), this.#inOf(row) ?? 0])));
    this.#out.add(new Map(rows.map((row) => [this.#keyOf(row), this.#outOf(row) ?? 0])));
  }

  /** Oldest first. */
  of(row: Row, way: 'in' | 'out'): readonly number[] {
    return (way === 'in' ? this.#in : this.#out).of(this.#keyOf(row));
  }
}
