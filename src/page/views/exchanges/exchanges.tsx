import { useState } from 'preact/hooks';
import type { ExchangeInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { ExchangeLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Badge, PollNotice } from '../../components/notices.tsx';
import { rateColumns } from '../../components/rate-columns.tsx';
import type { Column } from '../../components/table.tsx';
import { formatRate } from '../../model/format.ts';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';
import { DeclareExchange } from './declare-exchange.tsx';

const keyOf = ({ vhost, name }: ExchangeInfo) => `${vhost}\n${name}`;

export function ExchangesView({ route }: { readonly route: Route }) {
  const list = useList<ExchangeInfo>('exchanges', route, { sort: 'name' });
  const [declaring, setDeclaring] = useState(false);
  const { history, columns } = useMade(exchangeTable);
  if (list.data !== undefined) history.add(list.data.items, list.atMs);
  return (
    <>
      <ListBar title="Exchanges" noun="exchanges" route={route}>
        <button type="button" class="primary" onClick={() => setDeclaring(true)}>
          Declare an exchange
        </button>
      </ListBar>
      <PollNotice poll={list} what="exchanges" />
      <ListTable list={list} route={route} noun="exchanges" columns={columns} rowKey={keyOf} />
      {declaring && (
        <DeclareExchange
          vhost={list.vhost}
          onClose={() => setDeclaring(false)}
          onDone={list.refresh}
        />
      )}
    </>
  );
}

function exchangeTable() {
  const history = new RowHistory<ExchangeInfo>(
    keyOf,
    (exchange) => exchange.message_stats?.publish_in_details?.rate,
    (exchange) => exchange.message_stats?.publish_out_details?.rate,
  );
  const columns: readonly Column<ExchangeInfo>[] = [
    {
      title: 'Name',
      field: 'name',
      cell: (exchange) => (
        <>
          <ExchangeLink vhost={exchange.vhost} name={exchange.name} />
          <ExchangeMarks exchange={exchange} />
        </>
      ),
    },
    { title: 'Type', field: 'type', cell: ({ type }) => type },
    ...rateColumns(
      history,
      { title: 'In', field: 'message_stats.publish_in_details.rate', format: formatRate },
      { title: 'Out', field: 'message_stats.publish_out_details.rate', format: formatRate },
    ),
    { title: 'Virtual host', field: 'vhost', wide: true, cell: ({ vhost }) => vhost },
  ];
  return { history, columns };
}

function ExchangeMarks({ exchange }: { readonly exchange: ExchangeInfo }) {
  const { durable, auto_delete, internal, policy } = exchange;
  const args = Object.keys(exchange.arguments ?? {});
  return (
    <span class="marks">
      {durable === false && <Badge title="Not durable: gone after a restart">transient</Badge>}
      {auto_delete && <Badge title="Deleted with its last binding">auto-delete</Badge>}
      {internal && <Badge title="Clients may not publish to it">internal</Badge>}
      {policy && <Badge>{policy}</Badge>}
      {args.length > 0 && <Badge title={args.join(', ')}>args</Badge>}
    </span>
  );
}
