import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Histogram } from 'hdr-histogram-js';
import { microseconds } from '../lib/figures.ts';
import { type Column, markdownTable } from '../lib/markdown-table.ts';
import { spreadOf } from '../lib/statistics.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Workload, workloadName } from '../workload/workload.ts';
import { hgrmOf, type LatencyRepetition, PERCENTILES } from './latency-result.ts';
import { runLatency } from './latency-run.ts';

/** A publisher that has sent less than this share of its schedule was held up all the time. */
const SUSTAINED_SHARE = 0.99;

export interface LatencyRow {
  readonly subject: string;
  readonly workload: string;
  readonly messagesPerSecond: number;
  /** Whether everything that was due was sent, and all of it delivered, in every repetition. */
  readonly sustained: boolean;
  readonly repetitions: readonly LatencyRepetition[];
  /** File of the histogram over all repetitions, beside the results file. */
  readonly hgrm: string;
}

export interface CompareLatencySettings {
  readonly rates: readonly number[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly repetitions: number;
  /** Folder for the .hgrm files. */
  readonly folder: string;
}

/**
 * Measures each subject at each rate, alternately.
 * @param progress told each finished run
 */
export async function compareLatency(
  subjects: readonly Subject[],
  workload: Workload,
  settings: CompareLatencySettings,
  progress: (line: string) => void,
): Promise<LatencyRow[]> {
  mkdirSync(settings.folder, { recursive: true });
  const rows: LatencyRow[] = [];
  const running = [];
  try {
    for (const subject of subjects) running.push({ subject, running: await subject.start() });
    for (const messagesPerSecond of settings.rates) {
      const series = running.map((each) => ({
        ...each,
        repetitions: [] as LatencyRepetition[],
        histograms: [] as Histogram[],
      }));
      for (let count = 0; count < settings.repetitions; count++) {
        for (const each of series) {
          const run = await runLatency(each.running, workload, { ...settings, messagesPerSecond });
          each.repetitions.push(run.repetition);
          each.histograms.push(run.histogram);
          const p50 = microseconds(run.repetition.percentilesNs[50]);
          progress(`${each.subject.name}, ${messagesPerSecond}/s: p50 ${p50} µs`);
        }
      }
      for (const { subject, repetitions, histograms } of series) {
        const hgrm = `${subject.name.replaceAll(/[^a-z0-9]+/gi, '-')}-${messagesPerSecond}.hgrm`;
        writeFileSync(join(settings.folder, hgrm), hgrmOf(merged(histograms)));
        rows.push({
          subject: subject.name,
          workload: workloadName(workload),
          messagesPerSecond,
          sustained: repetitions.every(isSustained),
          repetitions,
          hgrm,
        });
      }
    }
  } finally {
    for (const each of running) await each.running.stop();
  }
  return rows;
}

function isSustained(repetition: LatencyRepetition): boolean {
  const { publishedMessages, scheduledMessages, droppedMessages } = repetition;
  return publishedMessages >= SUSTAINED_SHARE * scheduledMessages && droppedMessages === 0;
}

function merged([first, ...others]: readonly Histogram[]): Histogram {
  for (const other of others) first.add(other);
  return first;
}

/** Latencies as a Markdown table: medians over the repetitions, in microseconds. */
export function latencyTable(rows: readonly LatencyRow[]): string {
  const columns: Column[] = [
    { heading: 'Subject' },
    { heading: 'Topology, octets' },
    { heading: 'Messages/s', figures: true },
    ...PERCENTILES.map((percentile) => ({
      heading: percentile === 100 ? 'max' : `p${percentile}`,
      figures: true,
    })),
    { heading: 'Broker cores', figures: true },
    { heading: 'Sustained' },
  ];
  return markdownTable(columns, rows.map(latencyCells));
}

function latencyCells(row: LatencyRow): string[] {
  const { subject, workload, messagesPerSecond, repetitions, sustained } = row;
  const median = (of: (repetition: LatencyRepetition) => number): number =>
    spreadOf(repetitions.map(of)).median;
  return [
    subject,
    workload,
    messagesPerSecond.toLocaleString('en'),
    ...PERCENTILES.map((percentile) =>
      microseconds(median((each) => each.percentilesNs[percentile])),
    ),
    median((each) => each.subjectCores).toFixed(2),
    sustained ? 'yes' : 'no',
  ];
}
