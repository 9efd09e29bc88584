import { useState } from 'preact/hooks';
import type { QueueInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { QueueLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Command, Empty, PollNotice } from '../../components/notices.tsx';
import { rateColumns } from '../../components/rate-columns.tsx';
import type { Column } from '../../components/table.tsx';
import { formatCount, formatOctets, formatRate } from '../../model/format.ts';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';
import { DeclareQueue } from './declare-queue.tsx';
import { QueueMarks } from './queue-marks.tsx';

const keyOf = ({ vhost, name }: QueueInfo) => `${vhost}\n${name}`;

export function QueuesView({ route }: { readonly route: Route }) {
  const list = useList<QueueInfo>('queues', route, { sort: 'name' });
  const [declaring, setDeclaring] = useState(false);
  const { history, columns } = useMade(queueTable);
  if (list.data !== undefined) history.add(list.data.items, list.atMs);
  return (
    <>
      <ListBar title="Queues" noun="queues" route={route}>
        <button type="button" class="primary" onClick={() => setDeclaring(true)}>
          Declare a queue
        </button>
      </ListBar>
      <PollNotice poll={list} what="queues" />
      {list.data?.total_count === 0 && <NoQueues />}
      <ListTable list={list} route={route} noun="queues" columns={columns} rowKey={keyOf} />
      {declaring && (
        <DeclareQueue
          vhost={list.vhost}
          onClose={() => setDeclaring(false)}
          onDone={list.refresh}
        />
      )}
    </>
  );
}

function queueTable() {
  const history = new RowHistory<QueueInfo>(
    keyOf,
    (queue) => queue.message_stats?.publish_details?.rate,
    (queue) => queue.message_stats?.deliver_get_details?.rate,
  );
  const columns: readonly Column<QueueInfo>[] = [
    {
      title: 'Name',
      field: 'name',
      cell: (queue) => (
        <>
          <QueueLink vhost={queue.vhost} name={queue.name} />
          <QueueMarks queue={queue} />
        </>
      ),
    },
    {
      title: 'Ready',
      field: 'messages_ready',
      figure: true,
      cell: (queue) => formatCount(queue.messages_ready),
    },
    {
      title: 'Unacked',
      field: 'messages_unacknowledged',
      figure: true,
      wide: true,
      cell: (queue) => formatCount(queue.messages_unacknowledged),
    },
    ...rateColumns(
      history,
      { title: 'In', field: 'message_stats.publish_details.rate', format: formatRate },
      { title: 'Out', field: 'message_stats.deliver_get_details.rate', format: formatRate },
    ),
    {
      title: 'Consumers',
      field: 'consumers',
      figure: true,
      wide: true,
      cell: (queue) => formatCount(queue.consumers),
    },
    {
      title: 'Size',
      field: 'message_bytes',
      figure: true,
      wide: true,
      cell: (queue) => formatOctets(queue.message_bytes),
    },
    { title: 'Virtual host', field: 'vhost', wide: true, cell: (queue) => queue.vhost },
  ];
  return { history, columns };
}

function NoQueues() {
  return (
    <Empty title="No queues yet">
      <p>
        A queue keeps messages until a consumer takes them. Declare one with the button above, or
        from a terminal, and send it a first message:
      </p>
      <Command text="directmq declare queue hello" />
      <Command text="directmq publish '' hello 'Hello, DirectMQ'" />
    </Empty>
  );
}
