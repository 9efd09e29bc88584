import { renderChart } from './chart.ts';
import type { PercentilePoint } from './hgrm.ts';

/** The distribution of one subject's latencies. */
export interface LatencyCurve {
  readonly name: string;
  readonly points: readonly PercentilePoint[];
}

const PERCENTILE_NAMES: Readonly<Record<number, string>> = {
  1: '0',
  10: 'p90',
  100: 'p99',
  1000: 'p99.9',
  10000: 'p99.99',
  100000: 'p99.999',
  1000000: 'p99.9999',
  10000000: 'p99.99999',
};

/** Latency against percentile, both logarithmic: a tail that is as steep as the body is a line. */
export function latencyChart(title: string, curves: readonly LatencyCurve[]): string {
  return renderChart(title, {
    xAxis: {
      type: 'log',
      name: 'percentile',
      nameLocation: 'middle',
      nameGap: 30,
      axisLabel: { formatter: (value: number) => PERCENTILE_NAMES[value] ?? '' },
    },
    yAxis: { type: 'log', name: 'latency, µs', nameLocation: 'middle', nameGap: 60 },
    series: curves.map(({ name, points }) => ({
      type: 'line',
      name,
      showSymbol: false,
      data: points.map(({ oneIn, latencyUs }) => [oneIn, latencyUs]),
    })),
  });
}
