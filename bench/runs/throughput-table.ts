import { mebibytes, spreadFigure } from '../lib/figures.ts';
import { type Column, markdownTable } from '../lib/markdown-table.ts';
import { spreadOf } from '../lib/statistics.ts';
import type { ThroughputRow } from './compare.ts';
import type { ThroughputRepetition } from './throughput-result.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'Subject' },
  { heading: 'Topology, octets' },
  { heading: 'Delivered/s: median (min - max)', figures: true },
  { heading: 'Dropped', figures: true },
  { heading: 'Broker CPU s/M', figures: true },
  { heading: 'Publishers', figures: true },
  { heading: 'Consumers', figures: true },
  { heading: 'RSS', figures: true },
  { heading: 'Peak RSS', figures: true },
];

/** Throughput as a Markdown table; CPU is in seconds per million messages delivered. */
export function throughputTable(rows: readonly ThroughputRow[]): string {
  return markdownTable(COLUMNS, rows.map(cells));
}

function cells({ subject, workload, repetitions }: ThroughputRow): string[] {
  const median = (of: (repetition: ThroughputRepetition) => number): number =>
    spreadOf(repetitions.map(of)).median;
  return [
    subject,
    workload,
    spreadFigure(spreadOf(repetitions.map((each) => each.deliveredPerSecond))),
    droppedShare(repetitions),
    median((each) => each.subjectSecondsPerMillion).toFixed(3),
    median((each) => each.publisherSecondsPerMillion).toFixed(3),
    median((each) => each.consumerSecondsPerMillion).toFixed(3),
    mebibytes(median((each) => each.rssOctets)),
    mebibytes(Math.max(...repetitions.map((each) => each.peakRssOctets))),
  ];
}

/** Of all repetitions together. */
function droppedShare(repetitions: readonly ThroughputRepetition[]): string {
  const dropped = repetitions.reduce((sum, each) => sum + each.droppedMessages, 0);
  const delivered = repetitions.reduce((sum, each) => sum + each.deliveredMessages, 0);
  return dropped === 0 ? '0' : `${((dropped / (dropped + delivered)) * 100).toFixed(2)} %`;
}
