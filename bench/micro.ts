// Nanoseconds of the broker's inner loops: `npm run bench:micro -- --help`.
import { Bench } from 'tinybench';
import { ArgumentError, runBench, wholeNumber } from './lib/arguments.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { feedCases } from './micro/feed-cases.ts';
import type { MicroCase } from './micro/micro-case.ts';
import { ringCases } from './micro/ring-cases.ts';
import { routerCases } from './micro/router-cases.ts';
import { routingCases } from './micro/routing-cases.ts';
import { wireCases } from './micro/wire-cases.ts';

const HELP = `Usage: npm run bench:micro -- [options]

  --only TEXT           only cases whose name contains this
  --time MS             for each case; default 500
  --results FILE        default tmp/micro.json
`;

const NS_PER_MS = 1e6;

/** Nanoseconds of one operation: median, fastest and the 99th percentile of the samples. */
interface MicroRow {
  readonly name: string;
  readonly medianNs: number;
  readonly minNs: number;
  readonly p99Ns: number;
}

const OPTIONS = {
  only: { type: 'string', default: '' },
  time: { type: 'string', default: '500' },
  results: { type: 'string', default: 'tmp/micro.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const cases = [
    ...wireCases(),
    ...ringCases(),
    ...routingCases(),
    ...routerCases(),
    ...feedCases(),
  ].filter(({ name }) => name.includes(values.only));
  if (cases.length === 0) throw new ArgumentError(`No case is called '${values.only}'`);
  const bench = new Bench({ time: wholeNumber('time', values.time, 1), throws: true });
  for (const { name, run } of cases) bench.add(name, run);
  await bench.run();
  const rows = cases.map((each) => rowOf(each, bench));
  process.stdout.write(`${microTable(rows)}\n`);
  writeResults(values.results, 'micro', startedAt, rows);
});

function rowOf({ name, operations }: MicroCase, bench: Bench): MicroRow {
  const result = bench.getTask(name)?.result;
  if (result?.state !== 'completed') throw new Error(`${name} was not completed`);
  const { p50, min, p99 } = result.latency;
  const perOperation = (timeMs: number): number => (timeMs * NS_PER_MS) / operations;
  return {
    name,
    medianNs: perOperation(p50),
    minNs: perOperation(min),
    p99Ns: perOperation(p99),
  };
}

function microTable(rows: readonly MicroRow[]): string {
  const figures = ['ns/op, median', 'least', 'p99'].map((heading) => ({ heading, figures: true }));
  return markdownTable(
    [{ heading: 'Operation' }, ...figures],
    rows.map(({ name, medianNs, minNs, p99Ns }) => [
      name,
      medianNs.toFixed(1),
      minNs.toFixed(1),
      p99Ns.toFixed(1),
    ]),
  );
}
