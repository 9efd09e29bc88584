import type { LatencyStage } from '../api/direct-types.ts';
import { usePoll } from '../api/use-poll.ts';
import { Empty, PollNotice } from '../components/notices.tsx';
import { type Column, Table } from '../components/table.tsx';
import { formatCount, formatMicros } from '../model/format.ts';

const PERCENTILES = [
  ['p50', 'Half below'],
  ['p90', '90 %'],
  ['p99', '99 %'],
  ['p999', '99.9 %'],
  ['max', 'Longest'],
] as const;

const STAGES: Readonly<Record<string, string>> = {
  network_in: 'Network in: from the publisher until the broker reads it',
  broker: 'Broker: until it lies in a queue or is on its way',
  network_out: 'Network out: until the kernel has it',
};

export function LatencyView() {
  const poll = usePoll('latency', (get) => get<readonly LatencyStage[]>('directmq/latency'));
  const { data } = poll;
  return (
    <>
      <header class="view-head">
        <h1>Latency</h1>
      </header>
      <PollNotice poll={poll} what="latencies" />
      {data !== undefined && data.length === 0 && (
        <Empty title="No samples yet">
          <p>
            The broker times some messages on their way. As soon as messages move, their times are
            here.
          </p>
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <Table
          caption="Latency by stage"
          columns={COLUMNS}
          rows={data}
          rowKey={({ stage }) => stage}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<LatencyStage>[] = [
  { title: 'Stage', cell: ({ stage }) => STAGES[stage] ?? stage },
  ...PERCENTILES.map(([field, title]) => ({
    title,
    figure: true,
    cell: (stage: LatencyStage) => {
      return formatMicros(stage[field]);
    },
  })),
  { title: 'Samples', figure: true, cell: ({ count }) => formatCount(count) },
];
