import type { ConnectionInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { ConnectionLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { Badge, Command, Empty, PollNotice } from '../../components/notices.tsx';
import { Pager } from '../../components/pager.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatCount, formatOctets } from '../../model/format.ts';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';

const keyOf = ({ name }: ConnectionInfo) => name;

export function ConnectionsView({ route }: { readonly route: Route }) {
  const list = useList<ConnectionInfo>('connections', route, { sort: 'name' });
  const history = useMade(
    () =>
      new RowHistory<ConnectionInfo>(
        keyOf,
        (connection) => connection.recv_oct_details?.rate,
        (connection) => connection.send_oct_details?.rate,
      ),
  );
  const { data, state } = list;
  if (data !== undefined) history.add(data.items, list.atMs);
  return (
    <>
      <ListBar title="Connections" noun="connections" route={route} />
      <PollNotice poll={list} what="connections" />
      {data !== undefined && data.total_count === 0 && (
        <Empty title="Nobody is connected">
          <p>Any AMQP 0-9-1 client will do. From a terminal:</p>
          <Command text="directmq ping" />
          <Command text="directmq consume --exchange amq.topic --key '#'" />
        </Empty>
      )}
      {data !== undefined && data.total_count > 0 && (
        <>
          <Table
            caption="Connections"
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
            noun="connections"
          />
        </>
      )}
    </>
  );
}

function columnsWith(history: RowHistory<ConnectionInfo>): readonly Column<ConnectionInfo>[] {
  return [
    {
      title: 'Connection',
      field: 'name',
      cell: (connection) => (
        <>
          <ConnectionLink name={connection.name} />
          <ConnectionMarks connection={connection} />
        </>
      ),
    },
    { title: 'User', field: 'user', cell: ({ user }) => user },
    {
      title: 'Channels',
      field: 'channels',
      figure: true,
      cell: ({ channels }) => formatCount(channels),
    },
    {
      title: 'From client',
      field: 'recv_oct_details.rate',
      figure: true,
      cell: (connection) => (
        <span class="rate">
          <Sparkline values={history.in.of(keyOf(connection))} tone="in" />
          <span>{formatOctets(connection.recv_oct_details?.rate ?? 0)}/s</span>
        </span>
      ),
    },
    {
      title: 'To client',
      field: 'send_oct_details.rate',
      figure: true,
      cell: (connection) => (
        <span class="rate">
          <Sparkline values={history.out.of(keyOf(connection))} tone="out" />
          <span>{formatOctets(connection.send_oct_details?.rate ?? 0)}/s</span>
        </span>
      ),
    },
    { title: 'Virtual host', field: 'vhost', wide: true, cell: ({ vhost }) => vhost },
    { title: 'Protocol', field: 'protocol', wide: true, cell: ({ protocol }) => protocol },
  ];
}

export function ConnectionMarks({ connection }: { readonly connection: ConnectionInfo }) {
  const { state, ssl } = connection;
  const held = state !== undefined && /block|flow/.test(state);
  return (
    <span class="marks">
      {held && (
        <Badge tone="warn" title="Its publishing is held up: memory or disk is short">
          {state}
        </Badge>
      )}
      {ssl && <Badge tone="good">TLS</Badge>}
    </span>
  );
}
