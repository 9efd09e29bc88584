import { withSearch } from '../api/paths.ts';
import { usePoll } from '../api/use-poll.ts';
import { formatOctetRate, formatRate } from '../model/format.ts';
import { type ChartedKind, chartOf, type RateSample } from '../model/rate-series.ts';
import { TimeChart } from './time-chart.tsx';

interface RateChartProps {
  readonly kind: ChartedKind;
  readonly vhost?: string;
  readonly name?: string;
}

/** In and out over the last minutes, as the broker has recorded them. */
export function RateChart({ kind, vhost, name }: RateChartProps) {
  const from = withSearch('directmq/rates', {
    kind,
    ...(vhost === undefined ? {} : { vhost }),
    ...(name === undefined ? {} : { name }),
  });
  const { data } = usePoll(from, (get) => get<{ readonly series: readonly RateSample[] }>(from));
  const { times, incoming, outgoing } = chartOf(kind, data?.series ?? []);
  const octets = kind === 'connection';
  return (
    <TimeChart
      title={octets ? 'Octets a second' : 'AMQP messages a second'}
      times={times}
      format={octets ? formatOctetRate : formatRate}
      series={[
        { name: 'in', tone: 'in', values: incoming },
        { name: 'out', tone: 'out', values: outgoing },
      ]}
    />
  );
}
