import type { LatencyStage } from '../api/direct-types.ts';
import { usePoll } from '../api/use-poll.ts';
import { Empty, PollNotice } from '../components/notices.tsx';
import { type Column, Table } from '../components/table.tsx';
import { formatCount, formatMicros } from '../model/format.ts';
import { STAGE_MEANINGS, STAGE_NAMES } from '../model/stages.ts';

const PERCENTILES = [
  ['p50', 'Half below'],
  ['p90', '90 %'],
  ['p99', '99 %'],
  ['p999', '99.9 %'],
  ['max', 'Longest'],
] as const;

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
  {
    title: 'Stage',
    cell: ({ stage }) => `${STAGE_NAMES[stage] ?? stage}: ${STAGE_MEANINGS[stage] ?? ''}`,
  },
  ...PERCENTILES.map(([field, title]) => ({
    title,
    figure: true,
    cell: (stage: LatencyStage) => {
      return formatMicros(stage[field]);
    },
  })),
  { title: 'Samples', figure: true, cell: ({ count }) => formatCount(count) },
];
