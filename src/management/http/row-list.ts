import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { DELIVER_GET, type Presenter } from '../present/presenter.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import type { Listed } from './listing.ts';

const RATE_SUFFIX = '_details.rate';
/** Figures that are sums of columns. */
const SUMS: Readonly<Record<string, readonly string[]>> = {
  messages: ['messages_ready', 'messages_unacknowledged'],
  deliver_get: DELIVER_GET,
};

/** The objects of a table, to be listed. */
export class RowList implements Listed<Row> {
  readonly items: readonly Row[];
  private readonly table: ObjectTable;
  private readonly presenter: Presenter;

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
    const field = path.startsWith('message_stats.') ? path.slice('message_stats.'.length) : path;
    const isRate = field.endsWith(RATE_SUFFIX);
    const name = isRate ? field.slice(0, -RATE_SUFFIX.length) : field;
    const columns = SUMS[name] ?? [name];
    if (this.table.indexOf(columns[0]) === undefined) return row.description[path];
    const read = (column: string) =>
      isRate ? this.table.rate(row, column) : this.table.value(row, column);
    return columns.reduce((sum, column) => sum + read(column), 0);
  }
}
