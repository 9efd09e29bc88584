import type { ComponentChildren } from 'preact';
import { type ListState, sortBy } from '../model/list-state.ts';
import { type Route, withQuery } from '../model/route.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** What the API sorts by; a column without can't be sorted. */
  readonly field?: string;
  /** Set to the right, with figures under each other. */
  readonly figure?: boolean;
  /** Left out where there is little room. */
  readonly wide?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  /** Says what the table holds; read by screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowClass?: (row: Row) => string | undefined;
  /** Both are there when the server sorts. */
  readonly route?: Route;
  readonly state?: ListState;
}

/** A table whose first column names the row. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, rowKey, rowClass } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.title} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} class={rowClass?.(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.title} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} class={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function HeaderCell<Row>({
  column,
  route,
  state,
}: {
  readonly column: Column<Row>;
  readonly route?: Route;
  readonly state?: ListState;
}) {
  const { title, field, figure = false } = column;
  if (field === undefined || route === undefined || state === undefined) {
    return (
      <th scope="col" class={cellClass(column)}>
        {title}
      </th>
    );
  }
  const sorted = state.sort === field;
  const direction = state.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={cellClass(column)} aria-sort={sorted ? direction : 'none'}>
      <a class="sort" href={withQuery(route, sortBy(state, field, figure))}>
        {title}
        <span class="sort-mark" aria-hidden="true">
          {sorted ? (state.descending ? '▾' : '▴') : ''}
        </span>
      </a>
    </th>
  );
}

function cellClass<Row>({ figure = false, wide = false }: Column<Row>): string | undefined {
  const classes = [figure ? 'figure' : '', wide ? 'wide' : ''].filter((name) => name !== '');
  return classes.length === 0 ? undefined : classes.join(' ');
}
