import { Name, QueueLink } from '../../components/links.tsx';
import { Badge } from '../../components/notices.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { type FeedReading, feedKey } from '../../model/feed-watch.ts';
import { formatCount, formatOctets, formatRate } from '../../model/format.ts';
import type { FeedState } from '../../model/slow-feeds.ts';

/** Feeds, those in trouble first and marked. */
export function FeedTable({ feeds }: { readonly feeds: readonly FeedReading[] }) {
  if (feeds.length === 0) return <p class="muted">Nobody receives through a feed now.</p>;
  return (
    <Table
      caption="Feeds"
      columns={COLUMNS}
      rows={feeds}
      rowKey={({ feed }) => feedKey(feed)}
      rowClass={({ state }) => (state === 'well' ? undefined : `row-${state}`)}
    />
  );
}

const COLUMNS: readonly Column<FeedReading>[] = [
  {
    title: 'Queue',
    cell: ({ feed, state }) => (
      <>
        <QueueLink vhost={feed.vhost} name={feed.queue} />
        <span class="marks">
          <StateBadge state={state} />
        </span>
      </>
    ),
  },
  {
    title: 'Backlog',
    figure: true,
    cell: ({ feed, backlog, state }) => (
      <span class="rate">
        <Sparkline values={backlog} tone={state === 'well' ? 'out' : 'alert'} />
        <span>{formatCount(feed.backlog_messages)}</span>
      </span>
    ),
  },
  { title: 'Octets', figure: true, cell: ({ feed }) => formatOctets(feed.backlog_octets) },
  {
    title: 'Dropped',
    figure: true,
    cell: ({ feed, droppedPerSecond }) => (
      <>
        {formatCount(feed.dropped)}
        {droppedPerSecond > 0 && <small class="alert"> {formatRate(droppedPerSecond)}</small>}
      </>
    ),
  },
  {
    title: 'Delivers',
    figure: true,
    cell: ({ deliveredPerSecond }) => formatRate(deliveredPerSecond),
  },
  {
    title: 'Connection',
    wide: true,
    cell: ({ feed }) => <Name name={feed.connection} />,
  },
  { title: 'Virtual host', wide: true, cell: ({ feed }) => feed.vhost },
];

function StateBadge({ state }: { readonly state: FeedState }) {
  switch (state) {
    case 'dropping':
      return (
        <Badge tone="alert" title="It loses messages now: its backlog is at its limit">
          dropping
        </Badge>
      );
    case 'behind':
      return (
        <Badge tone="warn" title="Its backlog went over the mark at which the broker warns">
          slow
        </Badge>
      );
    case 'dropped':
      return <Badge title="It lost messages earlier">has dropped</Badge>;
    default:
      return null;
  }
}
