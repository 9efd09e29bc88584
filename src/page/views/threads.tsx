import type { RingInfo, ThreadInfo } from '../api/direct-types.ts';
import { type Poll, usePoll } from '../api/use-poll.ts';
import { ThreadMap } from '../charts/thread-map.tsx';
import { Meter } from '../components/meter.tsx';
import { Badge, PollNotice } from '../components/notices.tsx';
import { type Column, Table } from '../components/table.tsx';
import { formatCount, formatOctets, formatShare } from '../model/format.ts';

export interface ThreadData {
  readonly threads: readonly ThreadInfo[];
  readonly rings: readonly RingInfo[];
}

export function useThreads(): Poll<ThreadData> {
  return usePoll('threads', async (get) => ({
    threads: await get<readonly ThreadInfo[]>('directmq/threads'),
    rings: await get<readonly RingInfo[]>('directmq/rings'),
  }));
}

export function ThreadsView() {
  const poll = useThreads();
  const { data } = poll;
  return (
    <>
      <header class="view-head">
        <h1>Threads</h1>
      </header>
      <PollNotice poll={poll} what="threads" />
      {data !== undefined && (
        <>
          <p class="muted lead">
            Shards read what direct publishers send and route it; writers send it to feeds; main
            does everything AMQP. A ring is the memory between two of them: one that stays full has
            a target that can't keep up.
          </p>
          <ThreadMap threads={data.threads} rings={data.rings} />
          <div class="columns">
            <section>
              <h2>Threads</h2>
              <Table
                caption="Threads"
                columns={THREAD_COLUMNS}
                rows={data.threads}
                rowKey={({ name }) => name}
              />
            </section>
            <section>
              <h2>Rings</h2>
              {data.rings.length === 0 ? (
                <p class="muted">
                  No rings: everything runs in main. For threads start the broker with{' '}
                  <code>--shards 1</code> or more.
                </p>
              ) : (
                <Table
                  caption="Rings"
                  columns={RING_COLUMNS}
                  rows={data.rings}
                  rowKey={({ source, target }) => `${source} ${target}`}
                  rowClass={({ blocked }) => (blocked ? 'row-behind' : undefined)}
                />
              )}
            </section>
          </div>
        </>
      )}
    </>
  );
}

const THREAD_COLUMNS: readonly Column<ThreadInfo>[] = [
  {
    title: 'Thread',
    cell: ({ name, in_main, running }) => (
      <>
        {name}{' '}
        <span class="marks">
          {in_main && <Badge title="There is no thread of that name">in main</Badge>}
          {!running && <Badge tone="alert">being replaced</Badge>}
        </span>
      </>
    ),
  },
  {
    title: 'Working',
    cell: ({ name, utilisation }) => (
      <Meter label={`${name} works`} share={utilisation} high={0.85} />
    ),
  },
  {
    title: 'CPU',
    figure: true,
    cell: ({ cpu }) => (cpu === null ? '–' : formatShare(cpu)),
  },
  { title: 'Replaced', figure: true, cell: ({ restarts }) => formatCount(restarts) },
];

const RING_COLUMNS: readonly Column<RingInfo>[] = [
  {
    title: 'Ring',
    cell: ({ source, target, blocked }) => (
      <>
        {source} → {target}
        {blocked && (
          <span class="marks">
            <Badge tone="warn" title="Its source waits for room">
              full
            </Badge>
          </span>
        )}
      </>
    ),
  },
  {
    title: 'Fill',
    cell: ({ source, target, fill }) => <Meter label={`${source} to ${target}`} share={fill} />,
  },
  {
    title: 'Size',
    figure: true,
    wide: true,
    cell: ({ capacity_octets }) => formatOctets(capacity_octets),
  },
];
