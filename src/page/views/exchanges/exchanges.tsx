import { useState } from 'preact/hooks';
import type { ExchangeInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { ExchangeLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { Badge, PollNotice } from '../../components/notices.tsx';
import { Pager } from '../../components/pager.tsx';
import { RateCell } from '../../components/rate-cell.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';
import { DeclareExchange } from './declare-exchange.tsx';

const keyOf = ({ vhost, name }: ExchangeInfo) => `${vhost}\n${name}`;

export function ExchangesView({ route }: { readonly route: Route }) {
  const list = useList<ExchangeInfo>('exchanges', route, { sort: 'name' });
  const [declaring, setDeclaring] = useState(false);
  const history = useMade(
    () =>
      new RowHistory<ExchangeInfo>(
        keyOf,
        (exchange) => exchange.message_stats?.publish_in_details?.rate,
        (exchange) => exchange.message_stats?.publish_out_details?.rate,
      ),
  );
  const { data, state } = list;
  if (data !== undefined) history.add(data.items, list.atMs);
  return (
    <>
      <ListBar title="Exchanges" noun="exchanges" route={route}>
        <button type="button" class="primary" onClick={() => setDeclaring(true)}>
          Declare an exchange
        </button>
      </ListBar>
      <PollNotice poll={list} what="exchanges" />
      {data !== undefined && (
        <>
          <Table
            caption="Exchanges"
            columns={columnsWith(history)}
            rows={data.items}
            rowKey={keyOf}
            route={route}
            state={state}
          />
          <Pager
            route={route}
            page={data.page}
            pageCount={data.page_count}
            filtered={data.filtered_count}
            total={data.total_count}
            noun="exchanges"
          />
        </>
      )}
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

function columnsWith(history: RowHistory<ExchangeInfo>): readonly Column<ExchangeInfo>[] {
  return [
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
    {
      title: 'In',
      field: 'message_stats.publish_in_details.rate',
      figure: true,
      cell: (exchange) => (
        <RateCell
          rate={exchange.message_stats?.publish_in_details?.rate ?? 0}
          readings={history.in.of(keyOf(exchange))}
          tone="in"
        />
      ),
    },
    {
      title: 'Out',
      field: 'message_stats.publish_out_details.rate',
      figure: true,
      cell: (exchange) => (
        <RateCell
          rate={exchange.message_stats?.publish_out_details?.rate ?? 0}
          readings={history.out.of(keyOf(exchange))}
          tone="out"
        />
      ),
    },
    { title: 'Virtual host', field: 'vhost', wide: true, cell: ({ vhost }) => vhost },
  ];
}

function ExchangeMarks({ exchange }: { readonly exchange: ExchangeInfo }) {
  const { durable, auto_delete, internal, policy } = exchange;
  const args = Object.keys(exchange.arguments ?? {});
  return (
    <span class="marks">
      {durable === false && <Badge title="Not durable: gone after a restart">transient</Badge>}
      {auto_delete && <Badge title="Deleted with its last binding">auto-delete</Badge>}
      {internal && <Badge title="Clients may not publish to it">internal</Badge>}
      {typeof policy === 'string' && policy !== '' && <Badge>{policy}</Badge>}
      {args.length > 0 && <Badge title={args.join(', ')}>args</Badge>}
    </span>
  );
}
