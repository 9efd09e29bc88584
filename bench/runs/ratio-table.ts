import { type Column, markdownTable } from '../lib/markdown-table.ts';
import { spreadOf } from '../lib/statistics.ts';
import type { ThroughputRow } from './compare.ts';

/**
 * Delivered messages per second as multiples of the reference's on the same work: a Markdown table
 * with a line for each subject, a column for each workload. 0.50 = half as fast as the reference.
 */
export function ratioTable(rows: readonly ThroughputRow[], reference: string): string {
  const workloads = [...new Set(rows.map((row) => row.workload))];
  const subjects = [...new Set(rows.map((row) => row.subject))];
  const columns: Column[] = [
    { heading: `Delivered/s in multiples of ${reference}` },
    ...workloads.map((heading) => ({ heading, figures: true })),
  ];
  const rateOf = (subject: string, workload: string): number | null => {
    const row = rows.find((each) => each.subject === subject && each.workload === workload);
    return row === undefined
      ? null
      : spreadOf(row.repetitions.map((each) => each.deliveredPerSecond)).median;
  };
  const lines = subjects.map((subject) => [
    subject,
    ...workloads.map((workload) => ratio(rateOf(subject, workload), rateOf(reference, workload))),
  ]);
  return markdownTable(columns, lines);
}

function ratio(rate: number | null, reference: number | null): string {
  return rate === null || reference === null ? '-' : (rate / reference).toPrecision(2);
}
