// Turns results into a report under perf-reports: `npm run bench:report -- --help`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ArgumentError, runBench } from './lib/arguments.ts';
import { mebibytes } from './lib/figures.ts';
import type { MachineDescription } from './lib/machine.ts';
import { readAllResults, readResults } from './lib/read-results.ts';
import type { ResultsFile } from './lib/results.ts';
import { listReport } from './reporting/index-file.ts';
import { joinLatency, joinScaling, joinThroughput } from './reporting/join-rows.ts';
import { mergeResults } from './reporting/merge-results.ts';
import { latencySection, scalingSection, throughputSection } from './reporting/sections.ts';
import type { ThroughputRow } from './runs/compare.ts';
import type { LatencyRow } from './runs/compare-latency.ts';
import type { ScalingSeries } from './runs/scaling-result.ts';

const HELP = `Usage: npm run bench:report -- [options]

Makes perf-reports/DATE-COMMIT from the results files that exist: report.md with SVG plots, the
results and the histograms, and lists it in perf-reports/README.md. Each FILE may be several with commas
between them, of the same commit: a measurement that was made in slices.

  --throughput FILE     default tmp/throughput.json
  --peers FILE          default tmp/peers.json
  --latency FILE        default tmp/latency/latency.json, .hgrm files beside it
  --scaling FILE        default tmp/scaling.json
  --summary TEXT        one line for the index
`;

const REPORTS_FOLDER = 'perf-reports';

const METHOD = `Load generators run in processes of their own on the same cores, with pre-encoded messages; their
CPU time stands beside the broker's. CPU is in seconds, user and system, per million messages
delivered. Before each series every message of a run was checked for its place, and every run was
counted out. Subjects of one table took turns; compare within a table, not across machines.`;

const OPTIONS = {
  throughput: { type: 'string', default: 'tmp/throughput.json' },
  peers: { type: 'string', default: 'tmp/peers.json' },
  latency: { type: 'string', default: 'tmp/latency/latency.json' },
  scaling: { type: 'string', default: 'tmp/scaling.json' },
  summary: { type: 'string', default: 'figures of this commit' },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const throughput = mergeResults(
    readAllResults<ThroughputRow>(values.throughput, 'throughput'),
    joinThroughput,
  );
  const peers = mergeResults(readAllResults<ThroughputRow>(values.peers, 'peers'), joinThroughput);
  const latency = mergeResults(readLatencies(values.latency), joinLatency);
  const scaling = mergeResults(
    readAllResults<ScalingSeries>(values.scaling, 'scaling'),
    joinScaling,
  );
  const found = [throughput, peers, latency, scaling].filter((results) => results !== null);
  if (found.length === 0) throw new ArgumentError('None of the results files exists');
  const { machine, startedAt } = found[0];
  const name = `${startedAt.slice(0, 10)}-${machine.commit.replace('+', '')}`;
  const folder = join(REPORTS_FOLDER, name);
  mkdirSync(folder, { recursive: true });

  const sections = [`# Performance of commit ${machine.commit}, ${startedAt.slice(0, 10)}`];
  sections.push(machineText(machine), METHOD);
  if (throughput !== null) sections.push(throughputSection('Throughput', throughput, folder));
  if (peers !== null) sections.push(throughputSection('Beside other brokers', peers, folder));
  if (latency !== null) {
    sections.push(latencySection('Latency', latency, folder));
  }
  if (scaling !== null) sections.push(scalingSection('Scaling', scaling, folder));
  writeFileSync(join(folder, 'report.md'), `${sections.join('\n\n')}\n`);
  for (const results of found) {
    const published = results === latency ? besideEachOther(latency) : results;
    writeJson(join(folder, `${results.bench}.json`), published);
  }
  listReport(join(REPORTS_FOLDER, 'README.md'), name, values.summary);
  process.stdout.write(`${folder}/report.md\n`);
});

/** The names of the histograms' files become paths: each lies beside its results file. */
function readLatencies(files: string): ResultsFile<LatencyRow>[] {
  return files.split(',').flatMap((file) => {
    const results = readResults<LatencyRow>(file, 'latency');
    if (results === null) return [];
    const rows = results.rows.map((row) => ({ ...row, hgrm: join(dirname(file), row.hgrm) }));
    return [{ ...results, rows }];
  });
}

/** The histograms lie beside the published results. */
function besideEachOther(results: ResultsFile<LatencyRow>): ResultsFile<LatencyRow> {
  const rows = results.rows.map((row) => ({ ...row, hgrm: basename(row.hgrm) }));
  return { ...results, rows };
}

function machineText(machine: MachineDescription): string {
  const { cpuModel, cores, memoryOctets, kernel, node } = machine;
  return `${cpuModel}, ${cores} cores, ${mebibytes(memoryOctets)}; ${kernel}; Node ${node}.`;
}

function writeJson(file: string, results: object): void {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
