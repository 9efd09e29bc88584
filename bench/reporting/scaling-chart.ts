import type { ScalingSeries } from '../runs/scaling-result.ts';
import { renderChart } from './chart.ts';

/** CPU per message against what was varied; flat is what it should be. */
export function scalingChart(varied: string, series: readonly ScalingSeries[]): string {
  const values = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
  return renderChart(`Cost of a message against ${varied}`, {
    xAxis: {
      type: 'category',
      name: varied,
      nameLocation: 'middle',
      nameGap: 30,
      data: values.toSorted((a, b) => a - b).map((x) => x.toLocaleString('en')),
    },
    yAxis: {
      type: 'value',
      name: 'broker CPU, µs per message',
      nameLocation: 'middle',
      nameGap: 50,
      min: 0,
    },
    series: series.map(({ subject, workload, points }) => ({
      type: 'line',
      name: `${subject}, ${workload}`,
      // Seconds per million messages are microseconds per message.
      data: points.map((point) => [point.x.toLocaleString('en'), point.secondsPerMillion.median]),
    })),
  });
}
