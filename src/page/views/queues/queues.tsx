import { useState } from 'preact/hooks';
import type { QueueInfo } from '../../api/types.ts';
import { useList, useMade } from '../../api/use-list.ts';
import { QueueLink } from '../../components/links.tsx';
import { ListBar } from '../../components/list-bar.tsx';
import { Command, Empty, PollNotice } from '../../components/notices.tsx';
import { Pager } from '../../components/pager.tsx';
import { RateCell } from '../../components/rate-cell.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatCount, formatOctets } from '../../model/format.ts';
import type { Route } from '../../model/route.ts';
import { RowHistory } from '../../model/row-history.ts';
import { DeclareQueue } from './declare-queue.tsx';
import { QueueMarks } from './queue-marks.tsx';

const keyOf = ({ vhost, name }: QueueInfo) => `${vhost}\n${name}`;

export function QueuesView({ route }: { readonly route: Route }) {
  const list = useList<QueueInfo>('queues', route, { sort: 'name' });
  const [declaring, setDeclaring] = useState(false);
  const history = useMade(
    () =>
      new RowHistory<QueueInfo>(
        keyOf,
        (queue) => queue.message_stats?.publish_details?.rate,
        (queue) => queue.message_stats?.deliver_get_details?.rate,
      ),
  );
  const { data, state } = list;
  if (data !== undefined) history.add(data.items, list.atMs);

  return (
    <>
      <ListBar title="Queues" noun="queues" route={route}>
        <button type="button" class="primary" onClick={() => setDeclaring(true)}>
          Declare a queue
        </button>
      </ListBar>
      <PollNotice poll={list} what="queues" />
      {data !== undefined && data.total_count === 0 && <NoQueues />}
      {data !== undefined && data.total_count > 0 && (
        <>
          <Table
            caption="Queues"
            columns={columnsWith(history)}
            rows={data.items}
            rowKey={keyOf}
            route={route}
            state={state}
          />
          {data.items.length === 0 && <p class="muted">No queue's name contains that.</p>}
          <Pager
            route={route}
            page={data.page}
            pageCount={data.page_count}
            filtered={data.filtered_count}
            total={data.total_count}
            noun="queues"
          />
        </>
      )}
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

function columnsWith(history: RowHistory<QueueInfo>): readonly Column<QueueInfo>[] {
  return [
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
    {
      title: 'In',
      field: 'message_stats.publish_details.rate',
      figure: true,
      cell: (queue) => (
        <RateCell
          rate={queue.message_stats?.publish_details?.rate ?? 0}
          readings={history.in.of(keyOf(queue))}
          tone="in"
        />
      ),
    },
    {
      title: 'Out',
      field: 'message_stats.deliver_get_details.rate',
      figure: true,
      cell: (queue) => (
        <RateCell
          rate={queue.message_stats?.deliver_get_details?.rate ?? 0}
          readings={history.out.of(keyOf(queue))}
          tone="out"
        />
      ),
    },
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
}

function NoQueues() {
  return (
    <Empty title="No queues yet">
      <p>
        A queue keeps messages until a consumer takes them. Declare one with the button above, or
        from a terminal, and send it a first message:
      </p>
      <Command text="directmq declare queue hello" />
      <Command text={'directmq publish "" hello "Hello, DirectMQ"'} />
    </Empty>
  );
}
