import type { FeedInfo, SinkInfo } from '../../api/direct-types.ts';
import type { NodeInfo, Overview } from '../../api/types.ts';
import { useMade } from '../../api/use-list.ts';
import { getOr, usePoll } from '../../api/use-poll.ts';
import { RateChart } from '../../charts/rate-chart.tsx';
import { ThreadMap } from '../../charts/thread-map.tsx';
import { Counts, Facts, Figure } from '../../components/facts.tsx';
import { PollNotice } from '../../components/notices.tsx';
import { DirectFlow, type DirectRates } from '../../model/direct-flow.ts';
import { type FeedReading, FeedWatch } from '../../model/feed-watch.ts';
import { formatCount, formatDuration, formatOctets, formatRate } from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';
import { useThreads } from '../threads.tsx';
import { Alarms } from './alarms.tsx';
import { FirstSteps } from './first-steps.tsx';

interface OverviewData {
  readonly overview: Overview;
  readonly nodes: readonly NodeInfo[];
  readonly feeds: readonly FeedInfo[];
  readonly sinks: readonly SinkInfo[];
}

export function OverviewView() {
  const poll = usePoll<OverviewData>('overview', async (get) => ({
    overview: await get<Overview>('overview'),
    nodes: await getOr<readonly NodeInfo[]>(get, 'nodes', []),
    feeds: await getOr<readonly FeedInfo[]>(get, 'directmq/feeds', []),
    sinks: await getOr<readonly SinkInfo[]>(get, 'directmq/sinks', []),
  }));
  const threads = useThreads();
  const watch = useMade(() => new FeedWatch());
  const flow = useMade(() => new DirectFlow());
  const { data } = poll;
  const feeds: readonly FeedReading[] = data === undefined ? [] : watch.read(data.feeds, poll.atMs);
  return (
    <>
      <header class="view-head">
        <h1>Overview</h1>
        {data !== undefined && <Version overview={data.overview} node={data.nodes[0]} />}
      </header>
      <PollNotice poll={poll} what="the overview" />
      {data !== undefined && (
        <>
          <Alarms nodes={data.nodes} feeds={feeds} />
          <Traffic
            overview={data.overview}
            direct={flow.read(data.sinks, data.feeds, poll.atMs)}
            hasDirect={data.sinks.length + data.feeds.length > 0}
          />
          <Objects overview={data.overview} />
          <RateChart kind="overview" />
          {data.overview.object_totals?.queues === 0 && <FirstSteps />}
          {threads.data !== undefined && (
            <section>
              <h2>
                <a href={formatRoute(['threads'])}>Threads and rings</a>
              </h2>
              <ThreadMap threads={threads.data.threads} rings={threads.data.rings} />
            </section>
          )}
          <h2>This broker</h2>
          <NodeFacts overview={data.overview} node={data.nodes[0]} />
        </>
      )}
    </>
  );
}

function Version({ overview, node }: { readonly overview: Overview; readonly node?: NodeInfo }) {
  const { product_name: product = 'DirectMQ', product_version: version = '' } = overview;
  return (
    <p class="muted">
      {product} {version}
      {node?.uptime !== undefined && `, up ${formatDuration(node.uptime)}`}
    </p>
  );
}

interface TrafficProps {
  readonly overview: Overview;
  readonly direct: DirectRates;
  readonly hasDirect: boolean;
}

function Traffic({ overview, direct, hasDirect }: TrafficProps) {
  const { message_stats: stats, queue_totals: messages } = overview;
  return (
    <dl class="figures">
      <Figure name="In" tone="in" value={formatRate(stats?.publish_details?.rate ?? 0)} />
      <Figure name="Out" tone="out" value={formatRate(stats?.deliver_get_details?.rate ?? 0)} />
      {hasDirect && (
        <>
          <Figure name="Direct in" tone="in" value={formatRate(direct.in)} />
          <Figure name="Direct out" tone="out" value={formatRate(direct.out)} />
        </>
      )}
      <Figure name="Ready" value={formatCount(messages?.messages_ready ?? 0)} />
      <Figure name="Unacked" value={formatCount(messages?.messages_unacknowledged ?? 0)} />
    </dl>
  );
}

function Objects({ overview: { object_totals: objects } }: { readonly overview: Overview }) {
  const count = (name: string, value = 0, place?: string) => ({
    name,
    value: formatCount(value),
    href: place === undefined ? undefined : formatRoute([place]),
  });
  return (
    <Counts
      counts={[
        count('Connections', objects?.connections, 'connections'),
        count('Queues', objects?.queues, 'queues'),
        count('Exchanges', objects?.exchanges, 'exchanges'),
        count('Consumers', objects?.consumers),
      ]}
    />
  );
}

function NodeFacts({ overview, node }: { readonly overview: Overview; readonly node?: NodeInfo }) {
  const listeners = (overview.listeners ?? []).map(
    ({ protocol, ip_address: address, port }) => `${protocol} ${address}:${port}`,
  );
  return (
    <Facts
      facts={[
        ['Node', node?.name ?? overview.node ?? ''],
        ['Memory', of(node?.mem_used, node?.mem_limit)],
        ['Disk free', formatOctets(node?.disk_free)],
        ['File descriptors', countOf(node?.fd_used, node?.fd_total)],
        ['Listens on', listeners.join(', ')],
      ]}
    />
  );
}

function of(used: number | undefined, limit: number | undefined): string {
  return limit ? `${formatOctets(used)} of ${formatOctets(limit)}` : formatOctets(used);
}

function countOf(used: number | undefined, total: number | undefined): string {
  return total ? `${formatCount(used)} of ${formatCount(total)}` : formatCount(used);
}
