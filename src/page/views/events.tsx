import type { BrokerEvent } from '../api/direct-types.ts';
import { usePoll } from '../api/use-poll.ts';
import { Badge, Empty, PollNotice } from '../components/notices.tsx';
import { type Column, Table } from '../components/table.tsx';

/** Events shown, the latest; the API has more. */
const SHOWN_MAX = 200;

export function EventsView() {
  const poll = usePoll('events', (get) => get<readonly BrokerEvent[]>('directmq/events'));
  const { data } = poll;
  return (
    <>
      <header class="view-head">
        <h1>Events</h1>
      </header>
      <PollNotice poll={poll} what="events" />
      {data !== undefined && data.length === 0 && (
        <Empty title="Nothing to report">
          <p>
            Logins that fail, feeds that drop, alarms and threads that were replaced appear here.
          </p>
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <Table
          caption="Events, the latest first"
          columns={COLUMNS}
          rows={data.slice(-SHOWN_MAX).reverse()}
          rowKey={({ id }) => String(id)}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<BrokerEvent>[] = [
  {
    title: 'Time',
    cell: ({ time }) => new Date(time).toLocaleTimeString(undefined, { hour12: false }),
  },
  {
    title: 'Event',
    cell: ({ event, level }) => (
      <>
        {event}
        {(level === 'warn' || level === 'error') && (
          <span class="marks">
            <Badge tone={level === 'warn' ? 'warn' : 'alert'}>{level}</Badge>
          </span>
        )}
      </>
    ),
  },
  {
    title: 'Details',
    cell: ({ id, time, event, level, ...details }) => (
      <code>
        {Object.entries(details)
          .map(
            ([name, value]) =>
              `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
          )
          .join('  ')}
      </code>
    ),
  },
];
