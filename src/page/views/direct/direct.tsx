import type { FeedInfo, LeaseInfo, SinkInfo } from '../../api/direct-types.ts';
import { useMade } from '../../api/use-list.ts';
import { usePoll } from '../../api/use-poll.ts';
import { Figure } from '../../components/facts.tsx';
import { ExchangeLink, Name } from '../../components/links.tsx';
import { Command, Empty, PollNotice } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { type FeedReading, FeedWatch } from '../../model/feed-watch.ts';
import { formatCount, formatRate } from '../../model/format.ts';
import { FeedTable } from './feed-table.tsx';

/** Rows of each table: what lies beyond is the API's to list. */
const SHOWN_MAX = 100;

interface DirectData {
  readonly feeds: readonly FeedInfo[];
  readonly sinks: readonly SinkInfo[];
  readonly leases: readonly LeaseInfo[];
}

export function DirectView() {
  const poll = usePoll<DirectData>('direct', async (get) => ({
    feeds: await get<readonly FeedInfo[]>('directmq/feeds'),
    sinks: await get<readonly SinkInfo[]>('directmq/sinks'),
    leases: await get<readonly LeaseInfo[]>('directmq/leases'),
  }));
  const watch = useMade(() => new FeedWatch());
  const { data } = poll;
  const feeds = data === undefined ? [] : watch.read(data.feeds, poll.atMs);
  const idle =
    data !== undefined && data.leases.length + data.sinks.length + data.feeds.length === 0;
  return (
    <>
      <header class="view-head">
        <h1>Direct Mode</h1>
      </header>
      <PollNotice poll={poll} what="sinks and feeds" />
      {idle && <NoDirect />}
      {data !== undefined && !idle && (
        <>
          <DirectFigures feeds={feeds} sinks={data.sinks} />
          <h2>Feeds</h2>
          <FeedTable feeds={feeds.slice(0, SHOWN_MAX)} />
          <h2>Sinks</h2>
          <Sinks sinks={data.sinks.slice(0, SHOWN_MAX)} />
          <h2>Leases</h2>
          <Leases leases={data.leases.slice(0, SHOWN_MAX)} />
        </>
      )}
    </>
  );
}

function DirectFigures({
  feeds,
  sinks,
}: {
  readonly feeds: readonly FeedReading[];
  readonly sinks: readonly SinkInfo[];
}) {
  const sum = (figure: (reading: FeedReading) => number) =>
    feeds.reduce((total, reading) => total + figure(reading), 0);
  const dropped = sum(({ feed }) => feed.dropped);
  return (
    <dl class="figures">
      <Figure name="Sinks" value={formatCount(sinks.length)} />
      <Figure name="Feeds" value={formatCount(feeds.length)} />
      <Figure
        name="To feeds"
        tone="out"
        value={formatRate(sum(({ deliveredPerSecond }) => deliveredPerSecond))}
      />
      <Figure name="Backlog" value={formatCount(sum(({ feed }) => feed.backlog_messages))} />
      <Figure
        name="Dropped"
        value={formatCount(dropped)}
        {...(dropped > 0 ? { tone: 'alert' } : {})}
      />
    </dl>
  );
}

const SINK_COLUMNS: readonly Column<SinkInfo>[] = [
  {
    title: 'Exchange',
    cell: ({ vhost, exchange }) => <ExchangeLink vhost={vhost} name={exchange} />,
  },
  { title: 'Connection', cell: ({ connection }) => <Name name={connection} /> },
  { title: 'Thread', cell: ({ thread }) => thread },
  { title: 'Messages', figure: true, cell: ({ messages }) => formatCount(messages) },
  { title: 'Virtual host', wide: true, cell: ({ vhost }) => vhost },
];

function Sinks({ sinks }: { readonly sinks: readonly SinkInfo[] }) {
  if (sinks.length === 0) return <p class="muted">Nobody publishes through a sink now.</p>;
  return (
    <Table caption="Sinks" columns={SINK_COLUMNS} rows={sinks} rowKey={({ id }) => String(id)} />
  );
}

const LEASE_COLUMNS: readonly Column<LeaseInfo>[] = [
  { title: 'For', cell: ({ name }) => <Name name={name} /> },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'State', cell: ({ state }) => state },
  { title: 'Connection', cell: ({ connection }) => <Name name={connection} /> },
  { title: 'Virtual host', wide: true, cell: ({ vhost }) => vhost },
];

function Leases({ leases }: { readonly leases: readonly LeaseInfo[] }) {
  if (leases.length === 0) return <p class="muted">No leases are waiting to be presented.</p>;
  return (
    <Table
      caption="Leases"
      columns={LEASE_COLUMNS}
      rows={leases}
      rowKey={({ kind, vhost, name }) => `${kind} ${vhost} ${name}`}
    />
  );
}

function NoDirect() {
  return (
    <Empty title="Nobody uses Direct Mode">
      <p>
        In Direct Mode a client opens a second connection that carries nothing but messages: a sink
        to publish to an exchange, or a feed to receive from its queue. Watch one at work:
      </p>
      <Command text="directmq bench --direct --duration 60" />
    </Empty>
  );
}
