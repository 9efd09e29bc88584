// What a consumer that never reads costs one that does: `npm run bench:blocked -- --help`.
import { oneOf, positiveNumber, runBench, wholeNumber } from './lib/arguments.ts';
import { mebibytes, shortFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import {
  type BlockedSettings,
  type Company,
  type HealthyFigures,
  runBlocked,
} from './runs/blocked-run.ts';
import { BROKER_OPTIONS, BROKER_OPTIONS_HELP, brokerOptionsOf } from './runs/options.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';
import { PEERS } from './subjects/peers.ts';
import type { Subject } from './subjects/subject.ts';

const SUBJECTS = [...MODES, ...PEERS.map((peer) => peer.name)];

const HELP = `Usage: npm run bench:blocked -- [options]

A publisher at full speed to one consumer: alone, beside a second one that reads too, and beside a
second one that never reads, alternately. The ratio is of the last two: the same work but for that.

  --mode LIST           ${SUBJECTS.join(', ')};
                        default direct
  --body N              body size in octets, at least ${STAMP_OCTETS}; default 100
  --seconds N           of each run; default 20
  --repetitions N       default 3
${BROKER_OPTIONS_HELP}
  --results FILE        default tmp/blocked.json
`;

interface BlockedRow {
  readonly subject: string;
  readonly alone: readonly HealthyFigures[];
  readonly besideReader: readonly HealthyFigures[];
  readonly besideBlocked: readonly HealthyFigures[];
}

const OPTIONS = {
  mode: { type: 'string', default: 'direct' },
  body: { type: 'string', default: '100' },
  seconds: { type: 'string', default: '20' },
  repetitions: { type: 'string', default: '3' },
  ...BROKER_OPTIONS,
  results: { type: 'string', default: 'tmp/blocked.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const brokerOptions = brokerOptionsOf(values);
  const subjects = values.mode
    .split(',')
    .map((name) => subjectOf(oneOf('mode', name, SUBJECTS), brokerOptions));
  const settings = {
    bodyOctets: wholeNumber('body', values.body, STAMP_OCTETS),
    seconds: positiveNumber('seconds', values.seconds),
  };
  const repetitions = wholeNumber('repetitions', values.repetitions, 1);
  const rows: BlockedRow[] = [];
  for (const subject of subjects) {
    const alone: HealthyFigures[] = [];
    const besideReader: HealthyFigures[] = [];
    const besideBlocked: HealthyFigures[] = [];
    for (let count = 0; count < repetitions; count++) {
      alone.push(await measure(subject, { consumers: 1, readers: 1 }, settings));
      besideReader.push(await measure(subject, { consumers: 2, readers: 2 }, settings));
      besideBlocked.push(await measure(subject, { consumers: 2, readers: 1 }, settings));
    }
    rows.push({ subject: subject.name, alone, besideReader, besideBlocked });
  }
  process.stdout.write(`${blockedTable(rows)}\n`);
  writeResults(values.results, 'blocked', startedAt, rows);
});

/** On a fresh broker: what it still holds for a blocked consumer must not meet the next run. */
async function measure(
  subject: Subject,
  company: Company,
  settings: BlockedSettings,
): Promise<HealthyFigures> {
  const running = await subject.start();
  try {
    return await runBlocked(running, company, settings);
  } finally {
    await running.stop();
  }
}

function subjectOf(name: string, brokerOptions: readonly string[]): Subject {
  const mode = MODES.find((candidate) => candidate === name);
  if (mode !== undefined) return new DirectmqSubject(mode, brokerOptions);
  const peer = PEERS.find((candidate) => candidate.name === name);
  if (peer === undefined) throw new Error(`${name} is none of the subjects`);
  return peer.subject;
}

function blockedTable(rows: readonly BlockedRow[]): string {
  const figures = [
    'Alone/s',
    'Beside reader/s',
    'Beside blocked/s',
    'Ratio',
    'Silence',
    'RSS growth',
  ];
  return markdownTable(
    [{ heading: 'Subject' }, ...figures.map((heading) => ({ heading, figures: true }))],
    rows.map(({ subject, alone, besideReader, besideBlocked }) => {
      const median = (
        runs: readonly HealthyFigures[],
        of: (figures: HealthyFigures) => number,
      ): number => spreadOf(runs.map(of)).median;
      const [rateAlone, rateBesideReader, rateBesideBlocked] = [
        alone,
        besideReader,
        besideBlocked,
      ].map((runs) => median(runs, (each) => each.deliveredPerSecond));
      return [
        subject,
        shortFigure(rateAlone),
        shortFigure(rateBesideReader),
        shortFigure(rateBesideBlocked),
        (rateBesideBlocked / rateBesideReader).toFixed(2),
        `${median(besideBlocked, (each) => each.longestSilenceSeconds).toFixed(1)} s`,
        mebibytes(median(besideBlocked, (each) => each.rssGrowthOctets)),
      ];
    }),
  );
}
