// Fails if results are worse than the last report's: `npm run bench:gate -- --help`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, runBench } from './lib/arguments.ts';
import type { MachineDescription } from './lib/machine.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { readAllResults } from './lib/read-results.ts';
import { failureText, type Gate, latencyGates, throughputGates } from './reporting/gates.ts';
import { newestReport } from './reporting/index-file.ts';
import { joinLatency, joinThroughput } from './reporting/join-rows.ts';
import { mergeResults } from './reporting/merge-results.ts';
import type { ThroughputRow } from './runs/compare.ts';
import type { LatencyRow } from './runs/compare-latency.ts';

const HELP = `Usage: npm run bench:gate -- [options]

Compares results with those of a report, where subject and work are the same, and fails if this
broker delivers less than 0.85 of what it did, has more than 1.25 of its latency (p50, p99) or uses
more than 1.2 of its CPU time. What relay and peers do is shown as a yardstick. Only figures made on
the same machine can be compared. Each FILE may be several with commas between them.

  --against FOLDER      a report; default the newest in perf-reports
  --throughput FILE     default tmp/throughput.json
  --latency FILE        default tmp/latency/latency.json
`;

const REPORTS_FOLDER = 'perf-reports';

const OPTIONS = {
  against: { type: 'string' },
  throughput: { type: 'string', default: 'tmp/throughput.json' },
  latency: { type: 'string', default: 'tmp/latency/latency.json' },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const report = values.against ?? lastReport();
  const throughputOf = (files: string) =>
    mergeResults(readAllResults<ThroughputRow>(files, 'throughput'), joinThroughput);
  const latencyOf = (files: string) =>
    mergeResults(readAllResults<LatencyRow>(files, 'latency'), joinLatency);
  const throughput = {
    before: throughputOf(join(report, 'throughput.json')),
    now: throughputOf(values.throughput),
  };
  const latency = {
    before: latencyOf(join(report, 'latency.json')),
    now: latencyOf(values.latency),
  };
  const gates = [
    ...throughputGates(throughput.before?.rows ?? [], throughput.now?.rows ?? []),
    ...latencyGates(latency.before?.rows ?? [], latency.now?.rows ?? []),
  ];
  for (const { before, now } of [throughput, latency]) {
    if (before !== null && now !== null) warnOfDifferences(before.machine, now.machine);
  }
  if (gates.length === 0) throw new ArgumentError(`Nothing to compare with ${report}`);
  process.stdout.write(`Against ${report}:\n\n${gateTable(gates)}\n`);
  if (gates.some((gate) => !gate.passed)) throw new ArgumentError(failureText(gates));
});

/** Ratios of different machines say nothing about the broker. */
function warnOfDifferences(before: MachineDescription, now: MachineDescription): void {
  for (const key of ['cpuModel', 'cores', 'memoryOctets', 'kernel', 'node'] as const) {
    if (before[key] === now[key]) continue;
    process.stderr.write(`Another machine? ${key} was ${before[key]} and is ${now[key]}\n`);
  }
}

function lastReport(): string {
  const name = newestReport(readFileSync(join(REPORTS_FOLDER, 'README.md'), 'utf8'));
  if (name === null) throw new ArgumentError(`${REPORTS_FOLDER}/README.md lists no report`);
  return join(REPORTS_FOLDER, name);
}

function gateTable(gates: readonly Gate[]): string {
  const columns = [
    { heading: 'Figure' },
    { heading: 'Ratio', figures: true },
    { heading: 'Bound', figures: true },
    { heading: 'Passed' },
  ];
  return markdownTable(
    columns,
    gates.map(({ figure, ratio, bound, passed }) => [
      figure,
      ratio.toFixed(2),
      bound ?? 'none: yardstick',
      bound === null ? '-' : passed ? 'yes' : 'NO',
    ]),
  );
}
