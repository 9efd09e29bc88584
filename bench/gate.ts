// Fails if results are worse than the last report's: `npm run bench:gate -- --help`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, runBench } from './lib/arguments.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { readResults } from './lib/read-results.ts';
import { type Gate, latencyGates, throughputGates } from './reporting/gates.ts';
import type { ThroughputRow } from './runs/compare.ts';
import type { LatencyRow } from './runs/compare-latency.ts';

const HELP = `Usage: npm run bench:gate -- [options]

Compares results with those of a report, where subject and work are the same. Only figures made
on the same machine can be compared.

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
  const report = values.against ?? newestReport();
  const rowsOf = <Row>(file: string, bench: string): readonly Row[] =>
    readResults<Row>(file, bench)?.rows ?? [];
  const gates = [
    ...throughputGates(
      rowsOf<ThroughputRow>(join(report, 'throughput.json'), 'throughput'),
      rowsOf<ThroughputRow>(values.throughput, 'throughput'),
    ),
    ...latencyGates(
      rowsOf<LatencyRow>(join(report, 'latency.json'), 'latency'),
      rowsOf<LatencyRow>(values.latency, 'latency'),
    ),
  ];
  if (gates.length === 0) throw new ArgumentError(`Nothing to compare with ${report}`);
  process.stdout.write(`Against ${report}:\n\n${gateTable(gates)}\n`);
  const failed = gates.filter((gate) => !gate.passed);
  if (failed.length > 0) throw new ArgumentError(`${failed.length} figures are worse`);
});

/** Names start with the date, so that the last one is the newest. */
function newestReport(): string {
  const folders = readdirSync(REPORTS_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d\d-\d\d-/.test(entry.name))
    .map((entry) => entry.name);
  const newest = folders.sort().at(-1);
  if (newest === undefined) throw new ArgumentError(`There is no report in ${REPORTS_FOLDER}`);
  return join(REPORTS_FOLDER, newest);
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
      bound,
      passed ? 'yes' : 'NO',
    ]),
  );
}
