import { mebibytes, spreadFigure } from '../lib/figures.ts';
import { markdownTable } from '../lib/markdown-table.ts';
import type { Spread } from '../lib/statistics.ts';
import type { ScalingSeries } from './scaling-result.ts';

/** One series as a Markdown table. */
export function scalingTable({ subject, varied, workload, points }: ScalingSeries): string {
  const headings = [
    `${varied} (${subject}, ${workload})`,
    'Delivered/s: median (min - max)',
    'Broker CPU s/M',
    'RSS',
  ];
  return markdownTable(
    headings.map((heading) => ({ heading, figures: true })),
    points.map(({ x, messagesPerSecond, secondsPerMillion, rssOctets }) => [
      x.toLocaleString('en'),
      spreadFigure(messagesPerSecond),
      cpuText(secondsPerMillion),
      mebibytes(rssOctets),
    ]),
  );
}

function cpuText({ median, min, max }: Spread): string {
  return `${median.toFixed(3)} (${min.toFixed(3)} - ${max.toFixed(3)})`;
}
