// What looking at the broker costs it, and how quick the lists of the API are:
// `npm run bench:management -- --help`.
import { runBench, wholeNumber } from './lib/arguments.ts';
import { spreadFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { type Spread, spreadOf } from './lib/statistics.ts';
import {
  type CompareSettings,
  type Comparison,
  compareThroughput,
  type ThroughputRow,
} from './runs/compare.ts';
import { type ListTimes, measureLists } from './runs/list-run.ts';
import { RUN_OPTIONS, RUN_OPTIONS_HELP, settingsOf, workloadsOf } from './runs/options.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';
import type { Subject } from './subjects/subject.ts';
import type { Workload } from './workload/workload.ts';

const HELP = `Usage: npm run bench:management -- [options]

The same traffic through a broker with the management API and latencies of one read in 100, with the
API alone, and with neither, taking turns. Then lists of a broker with many queues are asked for.

${RUN_OPTIONS_HELP}
  --queues N            queues to list; 0 = no lists; default 100000
  --requests N          requests of each list; default 20
  --results FILE        default tmp/management.json
`;

const OPTIONS = {
  ...RUN_OPTIONS,
  body: { type: 'string', default: '16' },
  queues: { type: 'string', default: '100000' },
  requests: { type: 'string', default: '20' },
  results: { type: 'string', default: 'tmp/management.json' },
} as const;

/** Options of the broker by what the subject is called. */
const SUBJECTS = {
  neither: ['--management-port', '-1', '--latency-sampling', '0'],
  'management only': ['--management-port', '0', '--latency-sampling', '0'],
  'management and latencies': ['--management-port', '0', '--latency-sampling', '100'],
} as const;
const REFERENCE = 'neither';

const [ORDINARY] = MODES;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const queues = wholeNumber('queues', values.queues, 0);
  const requests = wholeNumber('requests', values.requests, 1);
  const subjects = Object.entries(SUBJECTS).map(
    ([name, options]) => new DirectmqSubject(ORDINARY, options, {}, name),
  );
  const { rows, refusals, failures } = await compareAnew(
    subjects,
    workloadsOf(values),
    settingsOf(values),
  );
  process.stdout.write(`${throughputTable(rows)}\n\n${ratiosTable(rows)}\n`);
  const lists = queues === 0 ? [] : await measureLists(queues, requests);
  if (queues > 0) process.stdout.write(`\n${listsTable(queues, lists)}\n`);
  writeResults(values.results, 'management', startedAt, [{ rows, queues, lists }], refusals);
  if (failures.length > 0) throw new Error(failures.join('\n'));
});

/**
 * A new broker for each repetition: how well its code was compiled is decided in its first second,
 * and differs from process to process by more than what is looked for.
 */
async function compareAnew(
  subjects: readonly Subject[],
  workloads: readonly Workload[],
  { repetitions, ...settings }: CompareSettings,
): Promise<Comparison> {
  const rounds: Comparison[] = [];
  for (let round = 0; round < repetitions; round++) {
    const once = { ...settings, repetitions: 1 };
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    // Whoever comes first finds the machine otherwise than who comes last.
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    rounds.push(await compareThroughput(order, workloads, once, progress));
  }
  const [first] = rounds;
  const rows = first.rows.map((row) => ({
    ...row,
    repetitions: rounds.flatMap((round) =>
      round.rows
        .filter(({ subject, workload }) => subject === row.subject && workload === row.workload)
        .flatMap((each) => each.repetitions),
    ),
  }));
  const failures = rounds.flatMap((round) => round.failures);
  return { rows, refusals: first.refusals, failures };
}

/** Ratios of runs that were neighbours, so that a drift of the machine is in both. */
function ratiosTable(rows: readonly ThroughputRow[]): string {
  const lines = rows
    .filter(({ subject }) => subject !== REFERENCE)
    .map((row) => {
      const reference = rows.find(
        ({ subject, workload }) => subject === REFERENCE && workload === row.workload,
      );
      const ratios = row.repetitions.map(
        ({ deliveredPerSecond }, i) =>
          deliveredPerSecond / (reference?.repetitions[i].deliveredPerSecond ?? Number.NaN),
      );
      return [row.subject, row.workload, ratioFigure(spreadOf(ratios))];
    });
  const heading = `Delivered/s in multiples of ${REFERENCE}: median (min - max)`;
  return markdownTable(
    [{ heading: 'Subject' }, { heading: 'Topology, octets' }, { heading, figures: true }],
    lines,
  );
}

function ratioFigure({ median, min, max }: Spread): string {
  return `${median.toFixed(3)} (${min.toFixed(3)} - ${max.toFixed(3)})`;
}

function listsTable(queues: number, lists: readonly ListTimes[]): string {
  return markdownTable(
    [
      { heading: `Of ${queues.toLocaleString('en')} queues` },
      { heading: 'First, ms', figures: true },
      { heading: 'Then, ms: median (min - max)', figures: true },
    ],
    lines(lists),
  );
}

function lines(lists: readonly ListTimes[]): string[][] {
  return lists.map(({ name, firstMs, laterMs }) => [
    name,
    firstMs.toFixed(0),
    spreadFigure(spreadOf(laterMs)),
  ]);
}
