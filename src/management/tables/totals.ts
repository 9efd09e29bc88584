import { CHANNEL_COUNT_COLUMNS } from '../../amqp-control/stats/count-columns.ts';
import type { ObjectTable, Row } from './object-table.ts';
import type { Tables } from './tables.ts';

const QUEUE_TOTALS = ['messages_ready', 'messages_unacknowledged'] as const;
const CONNECTION_TOTALS = ['recv_oct', 'send_oct'] as const;

/** Names of all totals. */
export const TOTAL_NAMES = [
  ...CHANNEL_COUNT_COLUMNS,
  ...QUEUE_TOTALS,
  ...CONNECTION_TOTALS,
] as const;

export type TotalName = (typeof TOTAL_NAMES)[number];

/** A figure for every total. */
export type TotalFigures = Readonly<Record<TotalName, number>>;

/**
 * Sums over the objects of some virtual hosts.
 * @param tables as they were walked last
 */
export function totals(tables: Tables, sees: (vhost: string) => boolean): TotalFigures {
  const sums = zeros();
  const value = (table: ObjectTable) => (row: Row, column: string) => table.value(row, column);
  for (const [kind, field, columns] of [
    ['channel', 'vhost', CHANNEL_COUNT_COLUMNS],
    // What channels have counted is counted on, by their virtual host, when they have closed.
    ['vhost', 'name', CHANNEL_COUNT_COLUMNS],
    ['queue', 'vhost', QUEUE_TOTALS],
    ['connection', 'vhost', CONNECTION_TOTALS],
  ] as const) {
    const table = tables.table(kind);
    addUp(sums, columns, table, value(table), (row) => sees(String(row.description[field])));
  }
  return sums;
}

/**
 * How fast the sums over open channels, queues and connections change. Ones that have closed since
 * don't count: TotalRates knows better, but only of all virtual hosts together.
 */
export function rateTotals(tables: Tables, sees: (vhost: string) => boolean): TotalFigures {
  const sums = zeros();
  for (const [kind, columns] of [
    ['channel', CHANNEL_COUNT_COLUMNS],
    ['queue', QUEUE_TOTALS],
    ['connection', CONNECTION_TOTALS],
  ] as const) {
    const table = tables.table(kind);
    const rate = (row: Row, column: string) => table.rate(row, column);
    addUp(sums, columns, table, rate, (row) => sees(String(row.description.vhost)));
  }
  return sums;
}

function zeros(): Record<TotalName, number> {
  const entries = TOTAL_NAMES.map((name) => [name, 0]);
  return Object.fromEntries(entries) as Record<TotalName, number>;
}

function addUp(
  sums: Record<TotalName, number>,
  columns: readonly TotalName[],
  table: ObjectTable,
  read: (row: Row, column: string) => number,
  belongs: (row: Row) => boolean,
): void {
  for (const row of table.rows()) {
    if (!belongs(row)) continue;
    for (const column of columns) sums[column] += read(row, column);
  }
}
