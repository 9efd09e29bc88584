import type { LatencyStage } from '../api/direct-types.ts';
import { withSearch } from '../api/paths.ts';
import { SLOW_POLL_MS, usePoll } from '../api/use-poll.ts';
import { formatCount, formatMicros } from '../model/format.ts';
import { STAGE_NAMES } from '../model/stages.ts';
import { Facts } from './facts.tsx';

interface ObjectLatencyProps {
  readonly kind: 'exchange' | 'queue' | 'connection';
  readonly vhost?: string;
  readonly name: string;
}

/** How long sampled messages of one object took in the last minutes; nothing without samples. */
export function ObjectLatency({ kind, vhost = '', name }: ObjectLatencyProps) {
  const from = withSearch('directmq/latency', { kind, vhost, name });
  const { data } = usePoll(from, (get) => get<readonly LatencyStage[]>(from), SLOW_POLL_MS);
  if (data === undefined || data.length === 0) return null;
  return (
    <>
      <h2>Latency</h2>
      <Facts
        facts={data.map((stage) => [
          STAGE_NAMES[stage.stage] ?? stage.stage,
          <>
            {percentiles(stage)} <span class="muted">of {formatCount(stage.count)} samples</span>
          </>,
        ])}
      />
    </>
  );
}

function percentiles({ p50, p99, max }: LatencyStage): string {
  const [half, most, longest] = [p50, p99, max].map(formatMicros);
  return `${half} for half, ${most} for 99 %, at most ${longest}`;
}
