import { shortFigure } from '../lib/figures.ts';
import { spreadOf } from '../lib/statistics.ts';
import type { ThroughputRow } from '../runs/compare.ts';
import { renderChart } from './chart.ts';

/** Where the logarithmic axis starts: the slowest broker is faster. */
const LEAST_SHOWN = 1000;
/** The axis ends at the power of ten above this multiple of the highest bar: its label needs room. */
const HEADROOM = 4;

/** The longest name of a workload, slanted. */
const SLANTED_LABEL_PIXELS = 100;
/** Names of workloads, of the axis, and two lines of subjects. */
const LABELS_AND_LEGEND_PIXELS = 190;

/** Bars of delivered messages per second: a group for each workload, a bar for each subject. */
export function throughputChart(title: string, rows: readonly ThroughputRow[]): string {
  const workloads = [...new Set(rows.map((row) => row.workload))];
  const subjects = [...new Set(rows.map((row) => row.subject))];
  const medianOf = (subject: string, workload: string): number | null => {
    const row = rows.find((each) => each.subject === subject && each.workload === workload);
    if (row === undefined) return null;
    return spreadOf(row.repetitions.map((each) => each.deliveredPerSecond)).median;
  };
  return renderChart(title, {
    xAxis: {
      type: 'category',
      data: workloads,
      name: 'topology, octets of a body',
      nameLocation: 'middle',
      nameGap: SLANTED_LABEL_PIXELS,
      // Every workload has its label, even if there is room for some of them only.
      axisLabel: { interval: 0, rotate: 40 },
    },
    grid: { left: 90, right: 30, top: 50, bottom: LABELS_AND_LEGEND_PIXELS },
    yAxis: {
      type: 'log',
      min: LEAST_SHOWN,
      max: ({ max }) => 10 ** Math.ceil(Math.log10(max * HEADROOM)),
      nameLocation: 'middle',
      nameGap: 60,
      name: 'messages/s delivered, median',
      axisLabel: { formatter: (value: number) => shortFigure(value) },
    },
    series: subjects.map((name) => ({
      type: 'bar',
      name,
      data: workloads.map((workload) => medianOf(name, workload)),
      label: {
        show: true,
        position: 'top',
        rotate: 90,
        align: 'left',
        verticalAlign: 'middle',
        fontSize: 10,
        formatter: ({ value }) => (typeof value === 'number' ? shortFigure(value) : ''),
      },
    })),
  });
}
