import type { Description } from '../../amqp-control/stats/object-source.ts';
import type { ObjectSlice } from '../../amqp-control/stats/object-walk.ts';

/**
 * Least time between the two readings that a rate is computed from, in milliseconds: in less,
 * chance and the granularity of the clock say more than the broker does.
 */
export const RATE_SPAN_MS = 900;

/** An object as main described it, with its numbers as they were last. */
export interface Row {
  readonly number: number;
  description: Description;
  /** By column. */
  values: Float64Array;
  /** Change per second of each column; null as long as nothing has changed. */
  rates: Float64Array | null;
}

interface KeptRow extends Row {
  /** What the next rates are computed from, and when that was read. */
  base: Float64Array;
  baseAtMs: number;
  /** The walk that saw it last. */
  seen: number;
}

/** All objects of one kind, as they were when they were last walked. */
export class ObjectTable {
  readonly columns: readonly string[];
  private readonly width: number;
  private readonly rowsByNumber = new Map<number, KeptRow>();
  private readonly indexes: ReadonlyMap<string, number>;
  private walk = 0;

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.width = 1 + columns.length;
    this.indexes = new Map(columns.map((name, index) => [name, index]));
  }

  get size(): number {
    return this.rowsByNumber.size;
  }

  rows(): Iterable<Row> {
    return this.rowsByNumber.values();
  }

  /** The index of a column, or undefined. */
  indexOf(column: string): number | undefined {
    return this.indexes.get(column);
  }

  value(row: Row, column: string): number {
    return row.values[this.indexes.get(column) ?? Number.NaN];
  }

  /** Change per second. */
  rate(row: Row, column: string): number {
    return row.rates === null ? 0 : row.rates[this.indexes.get(column) ?? Number.NaN];
  }

  /** Begins a walk: what it doesn't come across by `endWalk` is gone. */
  beginWalk(): void {
    this.walk++;
  }

  /** Takes what a walk came across. */
  take({ numbers, descriptions }: ObjectSlice, nowMs: number): void {
    const described = new Map(descriptions);
    for (let at = 0; at < numbers.length; at += this.width) {
      const values = numbers.subarray(at + 1, at + this.width);
      const row = this.keep(numbers[at], values, described.get(numbers[at]), nowMs);
      if (row !== null) row.seen = this.walk;
    }
  }

  endWalk(): void {
    for (const [number, row] of this.rowsByNumber) {
      if (row.seen !== this.walk) this.rowsByNumber.delete(number);
    }
  }

  /** Takes a slice with one object, and its description. */
  takeOne({ numbers, descriptions }: ObjectSlice, nowMs: number): Row {
    const [[number, description]] = descriptions;
    const row = this.keep(number, numbers.subarray(1), description, nowMs);
    if (row === null) throw new Error('a single object comes with its description');
    row.seen = this.walk;
    return row;
  }

  private keep(
    number: number,
    values: Float64Array,
    description: Description | undefined,
    nowMs: number,
  ): KeptRow | null {
    const known = this.rowsByNumber.get(number);
    if (known !== undefined) {
      if (description !== undefined) known.description = description;
      this.update(known, values, nowMs);
      return known;
    }
    if (description === undefined) return null;
    const base = { base: values, baseAtMs: nowMs, seen: this.walk };
    const row: KeptRow = { number, description, values, rates: null, ...base };
    this.rowsByNumber.set(number, row);
    return row;
  }

  private update(row: KeptRow, values: Float64Array, nowMs: number): void {
    row.values = values;
    const spanMs = nowMs - row.baseAtMs;
    if (spanMs < RATE_SPAN_MS) return;
    row.rates = ratesBetween(row.base, values, spanMs / 1000, row.rates);
    row.base = values;
    row.baseAtMs = nowMs;
  }
}

function ratesBetween(
  before: Float64Array,
  now: Float64Array,
  seconds: number,
  reusable: Float64Array | null,
): Float64Array | null {
  let changed = false;
  for (let i = 0; i < now.length && !changed; i++) changed = now[i] !== before[i];
  if (!changed) return null;
  const rates = reusable ?? new Float64Array(now.length);
  for (let i = 0; i < now.length; i++) rates[i] = (now[i] - before[i]) / seconds;
  return rates;
}
