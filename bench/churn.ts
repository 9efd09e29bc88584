// What connections that come and go leave behind: `npm run bench:churn -- --help`.
import { runBench, wholeNumber } from './lib/arguments.ts';
import { mebibytes, shortFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { type ChurnFigures, runChurn } from './runs/churn-run.ts';
import { BROKER_OPTIONS, BROKER_OPTIONS_HELP, brokerOptionsOf } from './runs/options.ts';
import { DirectmqSubject } from './subjects/directmq.ts';

const MIB = 1024 * 1024;

const HELP = `Usage: npm run bench:churn -- [options]

Leases a sink, connects, publishes and closes, again and again, beside direct traffic that loses
nothing. Fails if a message is lost or doubled, or if descriptors or memory are left behind.

  --cycles N            default 20000
  --at-once N           cycles under way at the same time; default 16
  --contents N          published in each cycle; default 10
  --traffic N           messages per second beside the cycles; default 50000
  --warm-up N           cycles before descriptors and memory are read first, in which heaps grow to
                        their size; default 20000
  --rss-growth N        MiB by which the broker's memory may grow; default 16
${BROKER_OPTIONS_HELP}
  --results FILE        default tmp/churn.json
`;

const OPTIONS = {
  cycles: { type: 'string', default: '20000' },
  'at-once': { type: 'string', default: '16' },
  contents: { type: 'string', default: '10' },
  traffic: { type: 'string', default: '50000' },
  'warm-up': { type: 'string', default: '20000' },
  'rss-growth': { type: 'string', default: '16' },
  ...BROKER_OPTIONS,
  results: { type: 'string', default: 'tmp/churn.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const settings = {
    cycles: wholeNumber('cycles', values.cycles, 1),
    atOnce: wholeNumber('at-once', values['at-once'], 1),
    contentsPerCycle: wholeNumber('contents', values.contents, 1),
    trafficRate: wholeNumber('traffic', values.traffic, 1),
    warmUpCycles: wholeNumber('warm-up', values['warm-up'], 1),
  };
  const rssGrowthMax = wholeNumber('rss-growth', values['rss-growth'], 0) * MIB;
  const running = await new DirectmqSubject('direct', brokerOptionsOf(values)).start();
  try {
    const figures = await runChurn(running, settings);
    process.stdout.write(`${churnTable(figures)}\n`);
    writeResults(values.results, 'churn', startedAt, [figures]);
    const faults = faultsOf(figures, rssGrowthMax);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  } finally {
    await running.stop();
  }
});

function faultsOf(figures: ChurnFigures, rssGrowthMax: number): string[] {
  const { lost, disordered, before, after } = figures;
  const faults: string[] = [];
  if (lost !== 0) faults.push(`${lost} contents were lost`);
  if (disordered > 0) faults.push(`${disordered} contents came twice or out of order`);
  if (after.descriptors > before.descriptors) {
    faults.push(`${after.descriptors - before.descriptors} descriptors were left behind`);
  }
  const growth = after.rssOctets - before.rssOctets;
  if (growth > rssGrowthMax) faults.push(`the broker's memory grew by ${mebibytes(growth)}`);
  return faults;
}

function churnTable(figures: ChurnFigures): string {
  const { before, after } = figures;
  const cells = {
    Cycles: String(figures.cycles),
    'Cycles/s': shortFigure(figures.cyclesPerSecond),
    Contents: String(figures.contents),
    Lost: String(figures.lost),
    Disordered: String(figures.disordered),
    'Messages beside': shortFigure(figures.trafficMessages),
    Descriptors: `${before.descriptors} → ${after.descriptors}`,
    RSS: `${mebibytes(before.rssOctets)} → ${mebibytes(after.rssOctets)}`,
  };
  return markdownTable(
    Object.keys(cells).map((heading) => ({ heading, figures: true })),
    [Object.values(cells)],
  );
}
