import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { DELIVER_GET, type Presenter } from '../present/presenter.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import type { Listed } from './listing.ts';

const STATS = 'message_stats.';
const RATE_SUFFIX = '_details.rate';
/** Figures that are sums of columns. */
const SUMS: Readonly<Record<string, readonly string[]>> = {
  messages: ['messages_ready', 'messages_unacknowledged'],
  deliver_get: DELIVER_GET,
};

/** What a path stands for: a sum of columns, or of their rates. */
interface Figure {
  readonly columns: readonly string[];
  readonly isRate: boolean;
}

/** The objects of a table, to be listed. */
export class RowList implements Listed<Row> {
  readonly items: readonly Row[];
  private readonly table: ObjectTable;
  private readonly presenter: Presenter;
  private readonly figures = new Map<string, Figure>();

  /** @param belongs which objects are listed */
  constructor(table: ObjectTable, presenter: Presenter, belongs: (row: Row) => boolean) {
    this.table = table;
    this.presenter = presenter;
    this.items = [...table.rows()].filter(belongs);
  }

  name(row: Row): string {
    return String(row.description.name ?? '');
  }

  show(row: Row, withoutStats: boolean): JsonObject {
    return withoutStats ? this.presenter.brief(row) : this.presenter.full(row);
  }

  sortKey(row: Row, path: string): Json | undefined {
    const { table } = this;
    const { columns, isRate } = this.figureAt(path);
    if (table.indexOf(columns[0]) === undefined) return row.description[path];
    let sum = 0;
    for (const column of columns) {
      sum += isRate ? table.rate(row, column) : table.value(row, column);
    }
    return sum;
  }

  /** A path is taken apart once, not for each row. */
  private figureAt(path: string): Figure {
    const known = this.figures.get(path);
    if (known !== undefined) return known;
    const field = path.startsWith(STATS) ? path.slice(STATS.length) : path;
    const isRate = field.endsWith(RATE_SUFFIX);
    const name = isRate ? field.slice(0, -RATE_SUFFIX.length) : field;
    const figure = { columns: SUMS[name] ?? [name], isRate };
    this.figures.set(path, figure);
    return figure;
  }
}
