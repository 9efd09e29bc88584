import type { ConnectionInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { ConnectionLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Badge, Command, Empty, PollNotice } from '../../components/notices.tsx';
import { rateColumns } from '../../components/rate-columns.tsx';
import type { Column } from '../../components/table.tsx';
import { formatCount, formatOctetRate } from '../../model/format.ts';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';

const keyOf = ({ name }: ConnectionInfo) => name;

export function ConnectionsView({ route }: { readonly route: Route }) {
  const list = useList<ConnectionInfo>('connections', route, { sort: 'name' });
  const { history, columns } = useMade(connectionTable);
  if (list.data !== undefined) history.add(list.data.items, list.atMs);
  return (
    <>
      <ListBar title="Connections" noun="connections" route={route} />
      <PollNotice poll={list} what="connections" />
      {list.data?.total_count === 0 && (
        <Empty title="Nobody is connected">
          <p>Any AMQP 0-9-1 client will do. From a terminal:</p>
          <Command text="directmq consume --exchange amq.topic --key '#'" />
        </Empty>
      )}
      <ListTable list={list} route={route} noun="connections" columns={columns} rowKey={keyOf} />
    </>
  );
}

function connectionTable() {
  const history = new RowHistory<ConnectionInfo>(
    keyOf,
    (connection) => connection.recv_oct_details?.rate,
    (connection) => connection.send_oct_details?.rate,
  );
  const columns: readonly Column<ConnectionInfo>[] = [
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
    { title: 'User', field: 'user', wide: true, cell: ({ user }) => user },
    {
      title: 'Channels',
      field: 'channels',
      figure: true,
      wide: true,
      cell: ({ channels }) => formatCount(channels),
    },
    ...rateColumns(
      history,
      { title: 'From client', field: 'recv_oct_details.rate', format: formatOctetRate },
      { title: 'To client', field: 'send_oct_details.rate', format: formatOctetRate },
    ),
    { title: 'Virtual host', field: 'vhost', wide: true, cell: ({ vhost }) => vhost },
    { title: 'Protocol', field: 'protocol', wide: true, cell: ({ protocol }) => protocol },
  ];
  return { history, columns };
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
