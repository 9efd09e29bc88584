import type { List } from '../api/use-list.ts';
import type { Route } from '../model/route.ts';
import { Pager } from './pager.tsx';
import { type Column, Table } from './table.tsx';

interface ListTableProps<Item> {
  readonly list: List<Item>;
  readonly route: Route;
  /** What is listed, such as "queues". */
  readonly noun: string;
  readonly columns: readonly Column<Item>[];
  readonly rowKey: (item: Item) => string;
}

/** One page of a list that the server sorts, and the way to the others. */
export function ListTable<Item>({ list, route, noun, columns, rowKey }: ListTableProps<Item>) {
  const { data, state } = list;
  if (data === undefined || data.total_count === 0) return null;
  return (
    <>
      <Table
        caption={`List of ${noun}`}
        columns={columns}
        rows={data.items}
        rowKey={rowKey}
        route={route}
        state={state}
      />
      <Pager
        route={route}
        page={data.page}
        pageCount={data.page_count}
        filtered={data.filtered_count}
        total={data.total_count}
        noun={noun}
      />
    </>
  );
}
