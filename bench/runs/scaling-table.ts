import { mebibytes, shortFigure } from '../lib/figures.ts';
import { markdownTable } from '../lib/markdown-table.ts';
import type { ScalingSeries } from './scaling-result.ts';

/** One series as a Markdown table. */
export function scalingTable({ subject, varied, workload, points }: ScalingSeries): string {
  const headings = [`${varied} (${subject}, ${workload})`, 'Delivered/s', 'Broker CPU s/M', 'RSS'];
  return markdownTable(
    headings.map((heading) => ({ heading, figures: true })),
    points.map(({ x, messagesPerSecond, secondsPerMillion, rssOctets }) => [
      x.toLocaleString('en'),
      shortFigure(messagesPerSecond),
      secondsPerMillion.toFixed(3),
      mebibytes(rssOctets),
    ]),
  );
}
