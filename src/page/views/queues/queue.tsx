import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { queuePath } from '../../api/paths.ts';
import type { BindingInfo, ConsumerInfo, QueueInfo } from '../../api/types.ts';
import { usePoll } from '../../api/use-poll.ts';
import { RateChart } from '../../charts/rate-chart.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Facts, Figure } from '../../components/facts.tsx';
import { ConnectionLink } from '../../components/links.tsx';
import { PollNotice } from '../../components/notices.tsx';
import { ObjectLatency } from '../../components/object-latency.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { goTo } from '../../components/use-route.ts';
import { formatArguments } from '../../model/arguments.ts';
import { formatCount, formatOctets, formatRate, plural } from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';
import { Bind } from '../messages/bind.tsx';
import { BindingsTable } from '../messages/bindings-table.tsx';
import { GetMessages } from '../messages/get-messages.tsx';
import { Publish } from '../messages/publish.tsx';

type Open = 'publish' | 'get' | 'bind' | 'purge' | 'delete' | undefined;

interface QueueName {
  readonly vhost: string;
  readonly name: string;
}

export function QueueView({ vhost, name }: QueueName) {
  const [open, setOpen] = useState<Open>();
  const poll = usePoll(`queue ${vhost} ${name}`, async (get) => ({
    queue: await get<QueueInfo>(queuePath(vhost, name)),
    bindings: await get<readonly BindingInfo[]>(queuePath(vhost, name, 'bindings')),
  }));
  const { data } = poll;
  return (
    <>
      <header class="view-head">
        <div>
          <p class="trail">
            <a href={formatRoute(['queues'])}>Queues</a> in {vhost}
          </p>
          <h1 class="name">{name}</h1>
        </div>
        <div class="tools">
          <button type="button" class="primary" onClick={() => setOpen('publish')}>
            Publish
          </button>
          <button type="button" onClick={() => setOpen('get')}>
            Get messages
          </button>
          <button type="button" onClick={() => setOpen('bind')}>
            Bind
          </button>
          <button type="button" class="danger" onClick={() => setOpen('purge')}>
            Purge
          </button>
          <button type="button" class="danger" onClick={() => setOpen('delete')}>
            Delete
          </button>
        </div>
      </header>
      <PollNotice poll={poll} what="the queue" />
      {data !== undefined && (
        <>
          <QueueFigures queue={data.queue} />
          <RateChart kind="queue" vhost={vhost} name={name} />
          <ObjectLatency kind="queue" vhost={vhost} name={name} />
          <h2>Consumers</h2>
          <Consumers consumers={data.queue.consumer_details ?? []} name={name} />
          <h2>Bindings</h2>
          <BindingsTable bindings={data.bindings} onChange={poll.refresh} />
          <h2>Details</h2>
          <QueueDetails queue={data.queue} />
        </>
      )}
      <QueueDialogs
        open={open}
        vhost={vhost}
        name={name}
        messages={data?.queue.messages}
        onClose={() => setOpen(undefined)}
        onDone={poll.refresh}
      />
    </>
  );
}

function QueueFigures({ queue }: { readonly queue: QueueInfo }) {
  const { message_stats: stats } = queue;
  return (
    <dl class="figures">
      <Figure name="Ready" value={formatCount(queue.messages_ready)} />
      <Figure name="Unacknowledged" value={formatCount(queue.messages_unacknowledged)} />
      <Figure name="In" tone="in" value={formatRate(stats?.publish_details?.rate ?? 0)} />
      <Figure name="Out" tone="out" value={formatRate(stats?.deliver_get_details?.rate ?? 0)} />
      <Figure name="Consumers" value={formatCount(queue.consumers)} />
    </dl>
  );
}

function QueueDetails({ queue }: { readonly queue: QueueInfo }) {
  const args = formatArguments(queue.arguments);
  const owner = queue.owner_pid_details?.name;
  return (
    <Facts
      facts={[
        ['Durable', queue.durable ? 'yes' : 'no'],
        ['Auto-delete', queue.auto_delete ? 'yes' : 'no'],
        ['Exclusive', owner === undefined ? 'no' : <ConnectionLink name={owner} />],
        ['Policy', queue.policy || 'none'],
        ['State', queue.state ?? 'running'],
        ['Bodies', formatOctets(queue.message_bytes)],
        ['Arguments', args === '' ? 'none' : <pre>{args}</pre>],
      ]}
    />
  );
}

const CONSUMER_COLUMNS: readonly Column<ConsumerInfo>[] = [
  { title: 'Tag', cell: (consumer) => <span class="name">{consumer.consumer_tag}</span> },
  {
    title: 'Connection',
    cell: ({ channel_details: channel }) =>
      channel?.connection_name === undefined ? (
        (channel?.name ?? '')
      ) : (
        <ConnectionLink name={channel.connection_name} />
      ),
  },
  { title: 'Acknowledges', cell: ({ ack_required }) => (ack_required ? 'yes' : 'no') },
  {
    title: 'Prefetch',
    figure: true,
    cell: ({ prefetch_count }) => (prefetch_count ? formatCount(prefetch_count) : 'unlimited'),
  },
];

function Consumers({
  consumers,
  name,
}: {
  readonly consumers: readonly ConsumerInfo[];
  readonly name: string;
}) {
  if (consumers.length === 0) {
    return (
      <p class="muted">
        Nobody consumes from this queue. To watch it from a terminal:{' '}
        <code>directmq consume {name}</code>
      </p>
    );
  }
  return (
    <Table
      caption={`Consumers of ${name}`}
      columns={CONSUMER_COLUMNS}
      rows={consumers}
      rowKey={(consumer) => `${consumer.channel_details?.name} ${consumer.consumer_tag}`}
    />
  );
}

interface QueueDialogsProps extends QueueName {
  readonly open: Open;
  readonly messages: number | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function QueueDialogs({ open, vhost, name, messages, onClose, onDone }: QueueDialogsProps) {
  const { api, announce } = usePage();
  switch (open) {
    case 'publish':
      return (
        <Publish vhost={vhost} exchange="" routingKey={name} onClose={onClose} onDone={onDone} />
      );
    case 'get':
      return <GetMessages vhost={vhost} queue={name} onClose={onClose} onDone={onDone} />;
    case 'bind':
      return (
        <Bind
          vhost={vhost}
          destination={name}
          destinationType="queue"
          onClose={onClose}
          onDone={onDone}
        />
      );
    case 'purge':
      return (
        <Confirm
          title={`Purge ${name}?`}
          text={`${plural(messages ?? 0, 'message')} will be lost; what consumers hold stays.`}
          submit="Purge"
          onClose={onClose}
          perform={async () => {
            await api.request('DELETE', queuePath(vhost, name, 'contents'));
            announce(`Queue ${name} is empty.`);
            onDone();
          }}
        />
      );
    case 'delete':
      return (
        <Confirm
          title={`Delete ${name}?`}
          text={`The queue, its bindings and ${plural(messages ?? 0, 'message')} will be lost.`}
          submit="Delete"
          onClose={onClose}
          perform={async () => {
            await api.request('DELETE', queuePath(vhost, name));
            announce(`Queue ${name} is deleted.`);
            goTo(formatRoute(['queues']));
          }}
        />
      );
    default:
      return null;
  }
}
