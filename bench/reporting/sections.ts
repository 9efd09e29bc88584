import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ResultsFile } from '../lib/results.ts';
import type { ThroughputRow } from '../runs/compare.ts';
import { type LatencyRow, latencyTable } from '../runs/compare-latency.ts';
import { ratioTable } from '../runs/ratio-table.ts';
import type { ScalingSeries } from '../runs/scaling-result.ts';
import { scalingTable } from '../runs/scaling-table.ts';
import { throughputTable } from '../runs/throughput-table.ts';
import { parseHgrm } from './hgrm.ts';
import { latencyChart } from './latency-chart.ts';
import { scalingChart } from './scaling-chart.ts';
import { throughputChart } from './throughput-chart.ts';

/** The subject that a ratio table divides by, if it was measured. */
const REFERENCE = 'directmq direct';

/** Throughput, alone or beside peers: bars, table, ratios. */
export function throughputSection(
  title: string,
  results: ResultsFile<ThroughputRow>,
  folder: string,
): string {
  const { bench, rows } = results;
  const chart = `${bench}.svg`;
  writeFileSync(join(folder, chart), throughputChart(title, rows));
  const parts = [`![${title}](${chart})`, throughputTable(rows)];
  if (new Set(rows.map(({ subject }) => subject)).size > 1) parts.push(ratioTable(rows, REFERENCE));
  return section(title, results, parts);
}

/** Latency: table, and a chart for each rate. `hgrm` of a row is the path of its histogram. */
export function latencySection(
  title: string,
  results: ResultsFile<LatencyRow>,
  folder: string,
): string {
  const { rows } = results;
  const parts = [latencyTable(rows)];
  for (const rate of new Set(rows.map(({ messagesPerSecond }) => messagesPerSecond))) {
    const curves = rows
      .filter(({ messagesPerSecond }) => messagesPerSecond === rate)
      .map(({ subject, hgrm }) => {
        copyFileSync(hgrm, join(folder, basename(hgrm)));
        return { name: subject, points: parseHgrm(readFileSync(hgrm, 'utf8')) };
      });
    const chart = `latency-${rate}.svg`;
    const heading = `Latency at ${rate.toLocaleString('en')} messages/s`;
    writeFileSync(join(folder, chart), latencyChart(heading, curves));
    parts.push(`![${heading}](${chart})`);
  }
  return section(title, results, parts);
}

const SCALING_METHOD = `The values of a series were measured one after the other, each with a broker of its own: a drift of
the machine shows, too.`;

/** Scaling: a chart for each thing that was varied, a table for each series. */
export function scalingSection(
  title: string,
  results: ResultsFile<ScalingSeries>,
  folder: string,
): string {
  const parts: string[] = [SCALING_METHOD];
  for (const varied of new Set(results.rows.map((series) => series.varied))) {
    const series = results.rows.filter((each) => each.varied === varied);
    const chart = `scaling-${varied}.svg`;
    writeFileSync(join(folder, chart), scalingChart(varied, series));
    parts.push(`![Cost against ${varied}](${chart})`, ...series.map(scalingTable));
  }
  return section(title, results, parts);
}

/** A heading, the command that made the figures, the parts, the notes. */
function section<Row>(
  title: string,
  { command, notes }: ResultsFile<Row>,
  parts: readonly string[],
): string {
  const list = notes.map((note) => `- ${note}`).join('\n');
  const tail = notes.length === 0 ? [] : [`Not measured:\n\n${list}`];
  const commands = command.replaceAll(/^/gm, '    ');
  return [`## ${title}`, commands, ...parts, ...tail].join('\n\n');
}
