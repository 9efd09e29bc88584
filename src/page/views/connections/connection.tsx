import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { ChannelInfo, ConnectionInfo } from '../../api/types.ts';
import { usePoll } from '../../api/use-poll.ts';
import { RateChart } from '../../charts/rate-chart.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Facts, Figure } from '../../components/facts.tsx';
import { PollNotice } from '../../components/notices.tsx';
import { ObjectLatency } from '../../components/object-latency.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { goTo } from '../../components/use-route.ts';
import {
  formatCount,
  formatDuration,
  formatOctetRate,
  formatOctets,
  formatRate,
} from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';
import { ConnectionMarks } from './connections.tsx';

/** What the client is told. */
const REASON = 'Closed from the management page';

export function ConnectionView({ name }: { readonly name: string }) {
  const { api, announce } = usePage();
  const [closing, setClosing] = useState(false);
  const poll = usePoll(`connection ${name}`, async (get) => ({
    connection: await get<ConnectionInfo>(path('connections', name)),
    channels: await get<readonly ChannelInfo[]>(path('connections', name, 'channels')),
  }));
  const { data } = poll;
  return (
    <>
      <header class="view-head">
        <div>
          <p class="trail">
            <a href={formatRoute(['connections'])}>Connections</a>
            {data !== undefined && <ConnectionMarks connection={data.connection} />}
          </p>
          <h1 class="name">{name}</h1>
        </div>
        <div class="tools">
          <button type="button" class="danger" onClick={() => setClosing(true)}>
            Close
          </button>
        </div>
      </header>
      <PollNotice poll={poll} what="the connection" />
      {data !== undefined && (
        <>
          <ConnectionFigures connection={data.connection} />
          <RateChart kind="connection" name={name} />
          <ObjectLatency kind="connection" name={name} />
          <h2>Channels</h2>
          {data.channels.length === 0 ? (
            <p class="muted">No open channels.</p>
          ) : (
            <Table
              caption={`Channels of ${name}`}
              columns={CHANNEL_COLUMNS}
              rows={data.channels}
              rowKey={(channel) => channel.name}
            />
          )}
          <h2>Details</h2>
          <ConnectionDetails connection={data.connection} />
        </>
      )}
      {closing && (
        <Confirm
          title="Close the connection?"
          text="The client is told why. Many clients connect again by themselves."
          submit="Close it"
          onClose={() => setClosing(false)}
          perform={async () => {
            await api.request('DELETE', path('connections', name), undefined, {
              'x-reason': REASON,
            });
            announce(`Connection ${name} is closed.`);
            goTo(formatRoute(['connections']));
          }}
        />
      )}
    </>
  );
}

function ConnectionFigures({ connection }: { readonly connection: ConnectionInfo }) {
  const { recv_oct_details: received, send_oct_details: sent } = connection;
  return (
    <dl class="figures">
      <Figure name="From client" tone="in" value={formatOctetRate(received?.rate ?? 0)} />
      <Figure name="To client" tone="out" value={formatOctetRate(sent?.rate ?? 0)} />
      <Figure name="Channels" value={formatCount(connection.channels)} />
    </dl>
  );
}

function ConnectionDetails({ connection }: { readonly connection: ConnectionInfo }) {
  const { client_properties: client = {}, connected_at: since } = connection;
  const product = [client.product, client.version].filter((part) => typeof part === 'string');
  return (
    <Facts
      facts={[
        ['User', connection.user ?? ''],
        ['Virtual host', connection.vhost ?? ''],
        ['Client', product.length === 0 ? 'does not say' : product.join(' ')],
        ['Protocol', connection.protocol ?? ''],
        ['TLS', connection.ssl ? 'yes' : 'no'],
        ['Connected for', since === undefined ? '' : formatDuration(Date.now() - since)],
        ['Received', formatOctets(connection.recv_oct)],
        ['Sent', formatOctets(connection.send_oct)],
        ['Heartbeat', connection.timeout ? `${connection.timeout} s` : 'none'],
        ['Frames up to', formatOctets(connection.frame_max)],
      ]}
    />
  );
}

const CHANNEL_COLUMNS: readonly Column<ChannelInfo>[] = [
  { title: 'Channel', cell: ({ number }) => number },
  {
    title: 'Mode',
    cell: ({ confirm, transactional }) =>
      confirm ? 'confirms' : transactional ? 'transactions' : '',
  },
  { title: 'Consumers', figure: true, cell: ({ consumer_count: n }) => formatCount(n) },
  {
    title: 'Prefetch',
    figure: true,
    cell: ({ prefetch_count: n }) => (n ? formatCount(n) : 'unlimited'),
  },
  {
    title: 'Unacked',
    figure: true,
    cell: ({ messages_unacknowledged: n }) => formatCount(n),
  },
  {
    title: 'Unconfirmed',
    figure: true,
    wide: true,
    cell: ({ messages_unconfirmed: n }) => formatCount(n),
  },
  {
    title: 'Publishes',
    figure: true,
    cell: ({ message_stats: stats }) => formatRate(stats?.publish_details?.rate ?? 0),
  },
  {
    title: 'Receives',
    figure: true,
    cell: ({ message_stats: stats }) => formatRate(stats?.deliver_get_details?.rate ?? 0),
  },
];
