// What one program can publish and consume with this library and with amqplib:
// `npm run bench:client -- --help`.
import {
  type ClientFigures,
  type ClientRun,
  type ClientRunSettings,
  runConsuming,
  runPublishing,
} from './applications/client-run.ts';
import { LIBRARIES, type Library } from './applications/orders.ts';
import { oneOf, positiveNumber, runBench, wholeNumber } from './lib/arguments.ts';
import { delay } from './lib/clock.ts';
import { spreadFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import { BROKER_OPTIONS, BROKER_OPTIONS_HELP, brokerOptionsOf } from './runs/options.ts';
import { DirectmqSubject } from './subjects/directmq.ts';

const RUNS = { publish: runPublishing, consume: runConsuming } as const;
type RunName = keyof typeof RUNS;
const RUN_NAMES = Object.keys(RUNS) as RunName[];

const HELP = `Usage: npm run bench:client -- [options]

One program that calls channel.publish, or is called by channel.consume, with amqplib and with this
library in its two modes, alternately, on one broker. Every message is numbered and accounted for.

  --library LIST        ${LIBRARIES.join(', ')}; default all
  --run LIST            ${RUN_NAMES.join(', ')}; default both
  --body N              body size in octets, at least ${STAMP_OCTETS}; default 16
  --seconds N           of publishing; default 4
  --warm-up N           seconds of publishing before that; default 1
  --backlog N           messages to consume, of which a fifth is warm-up; default 1000000
  --repetitions N       default 5
${BROKER_OPTIONS_HELP}
  --results FILE        default tmp/client.json
`;

/** Octets of a message beside its body, with all that the protocol puts around it, at most. */
const ENVELOPE_MAX_OCTETS = 128;
/** Between two runs, so that what the one leaves to do is not the other's. */
const PAUSE_MS = 300;

interface ClientRow {
  readonly run: RunName;
  readonly library: Library;
  readonly bodyOctets: number;
  readonly repetitions: ClientFigures[];
}

const OPTIONS = {
  library: { type: 'string', default: LIBRARIES.join(',') },
  run: { type: 'string', default: RUN_NAMES.join(',') },
  body: { type: 'string', default: '16' },
  seconds: { type: 'string', default: '4' },
  'warm-up': { type: 'string', default: '1' },
  backlog: { type: 'string', default: '1000000' },
  repetitions: { type: 'string', default: '5' },
  ...BROKER_OPTIONS,
  results: { type: 'string', default: 'tmp/client.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const libraries = values.library.split(',').map((name) => oneOf('library', name, LIBRARIES));
  const runs = values.run.split(',').map((name) => oneOf('run', name, RUN_NAMES));
  const settings: ClientRunSettings = {
    bodyOctets: wholeNumber('body', values.body, STAMP_OCTETS),
    seconds: positiveNumber('seconds', values.seconds),
    warmUpSeconds: positiveNumber('warm-up', values['warm-up']),
    backlogMessages: wholeNumber('backlog', values.backlog, 10),
  };
  const repetitions = wholeNumber('repetitions', values.repetitions, 1);
  const { bodyOctets } = settings;
  const rows: ClientRow[] = runs.flatMap((run) =>
    libraries.map((library) => ({ run, library, bodyOctets, repetitions: [] })),
  );
  const options = [...brokerOptionsOf(values), ...roomFor(settings)];
  const broker = await new DirectmqSubject('direct', options).start();
  try {
    for (let count = 0; count < repetitions; count++) {
      for (const row of rows) {
        await delay(PAUSE_MS);
        const run: ClientRun = RUNS[row.run];
        const figures = await run(broker.port, row.library, settings);
        row.repetitions.push(figures);
        const rate = Math.round(figures.messagesPerSecond).toLocaleString('en');
        process.stderr.write(`${row.run}, ${row.library}: ${rate}/s\n`);
      }
    }
  } finally {
    await broker.stop();
  }
  process.stdout.write(`${clientTable(rows)}\n`);
  writeResults(values.results, 'client', startedAt, rows);
});

/** Lets a feed fall behind by a whole backlog: what the application takes is to be measured. */
function roomFor({ backlogMessages, bodyOctets }: ClientRunSettings): string[] {
  const octets = backlogMessages * (bodyOctets + ENVELOPE_MAX_OCTETS);
  return ['--feed-drop-messages', `${backlogMessages}`, '--feed-drop-octets', `${octets}`];
}

function clientTable(rows: readonly ClientRow[]): string {
  return markdownTable(
    [
      { heading: 'Run' },
      { heading: 'Client' },
      { heading: 'Messages/s: median (min - max)', figures: true },
      { heading: '× amqplib', figures: true },
      { heading: 'CPU µs/message', figures: true },
      { heading: 'Verified messages', figures: true },
    ],
    rows.map((row) => {
      const { run, library, repetitions } = row;
      const median = (of: (figures: ClientFigures) => number): number =>
        spreadOf(repetitions.map(of)).median;
      return [
        run,
        library,
        spreadFigure(spreadOf(repetitions.map((each) => each.messagesPerSecond))),
        ratioToAmqplib(row, rows),
        median((each) => each.cpuMicroseconds).toFixed(2),
        repetitions.reduce((sum, each) => sum + each.messages, 0).toLocaleString('en'),
      ];
    }),
  );
}

/** Median of the ratios of runs that followed one another. */
function ratioToAmqplib(row: ClientRow, rows: readonly ClientRow[]): string {
  const base = rows.find(({ run, library }) => run === row.run && library === 'amqplib');
  if (base === undefined || base === row) return '';
  const ratios = row.repetitions.map(
    ({ messagesPerSecond }, index) => messagesPerSecond / base.repetitions[index].messagesPerSecond,
  );
  return spreadOf(ratios).median.toFixed(2);
}
