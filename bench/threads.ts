// What a message costs each thread, fixed and per octet: `npm run bench:threads -- --help`.
import { oneOf, positiveNumber, runBench, wholeNumber, wholeNumbers } from './lib/arguments.ts';
import { shortFigure } from './lib/figures.ts';
import { lineThrough } from './lib/line-fit.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import {
  findThreads,
  runThreads,
  THREADS,
  type ThreadCosts,
  type ThreadName,
} from './runs/thread-run.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';
import { topologyOf } from './workload/topology.ts';
import type { Workload } from './workload/workload.ts';

const HELP = `Usage: npm run bench:threads -- [options]

CPU time of each thread per message, at full speed, with one shard and one writer, and the line
through the medians of the body sizes: nanoseconds for any message, and for an octet of its body.

  --mode LIST           ${MODES.join(', ')};
                        default direct,direct-ordinary,ordinary-direct,ordinary
  --topology LIST       of those of bench:throughput; default 1P-1C
  --body LIST           body sizes in octets, at least ${STAMP_OCTETS}; default 16,100,1024,8192
  --seconds N           length of the measured window; default 2
  --warm-up N           seconds before it; default 1
  --repetitions N       default 3
  --results FILE        default tmp/threads.json
`;

const OPTIONS = {
  mode: { type: 'string', default: 'direct,direct-ordinary,ordinary-direct,ordinary' },
  topology: { type: 'string', default: '1P-1C' },
  body: { type: 'string', default: '16,100,1024,8192' },
  seconds: { type: 'string', default: '2' },
  'warm-up': { type: 'string', default: '1' },
  repetitions: { type: 'string', default: '3' },
  results: { type: 'string', default: 'tmp/threads.json' },
} as const;

const ONE_OF_EACH = ['--shards', '1', '--writers', '1'];

/** Costs below are within the noise of a thread that has nothing to do, nanoseconds. */
const SHOWN_MIN_NS = 1;

interface ThreadRow {
  readonly mode: string;
  readonly topology: string;
  readonly bodyOctets: number;
  readonly repetitions: readonly ThreadCosts[];
}

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const modes = values.mode.split(',').map((mode) => oneOf('mode', mode, MODES));
  const topologies = values.topology.split(',');
  const bodies = wholeNumbers('body', values.body, STAMP_OCTETS);
  const settings = {
    seconds: positiveNumber('seconds', values.seconds),
    warmUpSeconds: positiveNumber('warm-up', values['warm-up']),
  };
  const repetitions = wholeNumber('repetitions', values.repetitions, 1);
  const rows: ThreadRow[] = [];
  for (const mode of modes) {
    for (const topology of topologies) {
      for (const bodyOctets of bodies) {
        const costs: ThreadCosts[] = [];
        for (let i = 0; i < repetitions; i++) costs.push(await measure(mode, topology, bodyOctets));
        rows.push({ mode, topology, bodyOctets, repetitions: costs });
      }
    }
  }
  process.stdout.write(`${costTable(rows)}\n\n${lineTable(rows)}\n`);
  writeResults(values.results, 'threads', startedAt, rows);

  async function measure(
    mode: (typeof MODES)[number],
    topology: string,
    bodyOctets: number,
  ): Promise<ThreadCosts> {
    // The threads are found while direct messages pass, whatever is measured then.
    const running = await new DirectmqSubject('direct', ONE_OF_EACH).start();
    try {
      const threads = await findThreads(running, workloadOf('1P-1C', STAMP_OCTETS), {
        warmUpSeconds: 0.2,
        seconds: 0.5,
      });
      const inMode = running.inMode(mode);
      return await runThreads(inMode, workloadOf(topology, bodyOctets), threads, settings);
    } finally {
      await running.stop();
    }
  }
});

function workloadOf(topology: string, bodyOctets: number): Workload {
  return { topology: topologyOf(topology), bodyOctets, confirmWindow: 0, prefetch: 0 };
}

function median({ repetitions }: ThreadRow, thread: ThreadName): number {
  return spreadOf(repetitions.map((costs) => costs[thread])).median;
}

function costTable(rows: readonly ThreadRow[]): string {
  const figures = ['Delivered/s', ...THREADS.map((thread) => `${thread}, ns`)];
  return markdownTable(
    [
      { heading: 'Mode' },
      { heading: 'Topology, octets' },
      ...figures.map((heading) => ({ heading, figures: true })),
    ],
    rows.map((row) => [
      row.mode,
      `${row.topology}, ${row.bodyOctets}`,
      shortFigure(spreadOf(row.repetitions.map((each) => each.deliveredPerSecond)).median),
      ...THREADS.map((thread) => spreadText(row, thread)),
    ]),
  );
}

function spreadText({ repetitions }: ThreadRow, thread: ThreadName): string {
  const spread = spreadOf(repetitions.map((costs) => costs[thread]));
  if (spread.max < SHOWN_MIN_NS) return '-';
  return `${spread.median.toFixed(0)} (${spread.min.toFixed(0)} - ${spread.max.toFixed(0)})`;
}

/** For each mode and topology of which there are two body sizes, what each thread costs. */
function lineTable(rows: readonly ThreadRow[]): string {
  const groups = new Map<string, ThreadRow[]>();
  for (const row of rows) {
    const name = `${row.mode}, ${row.topology}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const lines = [...groups].flatMap(([name, group]) =>
    THREADS.filter((thread) => group.every((row) => median(row, thread) >= SHOWN_MIN_NS)).map(
      (thread) => {
        const { fixed, slope } = lineThrough(
          group.map((row) => [row.bodyOctets, median(row, thread)]),
        );
        return [name, thread, fixed.toFixed(0), slope.toFixed(3)];
      },
    ),
  );
  return markdownTable(
    [
      { heading: 'Mode, topology' },
      { heading: 'Thread' },
      { heading: 'Fixed, ns', figures: true },
      { heading: 'Per octet, ns', figures: true },
    ],
    lines,
  );
}
