// How long a broker takes to come back with what it had: `npm run bench:recovery -- --help`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBench, wholeNumber } from './lib/arguments.ts';
import { mebibytes, spreadFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';
import { type RecoveryFigures, runRecovery } from './runs/recovery-run.ts';
import { DirectmqSubject } from './subjects/directmq.ts';

const HELP = `Usage: npm run bench:recovery -- [options]

Stores persistent messages in many durable queues, ends the broker with kill -9, starts it again, and
consumes all of them.

  --queues N            default 10000
  --messages N          of all queues together; default 1000000
  --body N              body size in octets; default 100
  --repetitions N       default 3
  --folder PATH         where the data directory lies; default the system's for temporary files
  --results FILE        default tmp/recovery.json
`;

const OPTIONS = {
  queues: { type: 'string', default: '10000' },
  messages: { type: 'string', default: '1000000' },
  body: { type: 'string', default: '100' },
  repetitions: { type: 'string', default: '3' },
  folder: { type: 'string', default: tmpdir() },
  results: { type: 'string', default: 'tmp/recovery.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const work = {
    queues: wholeNumber('queues', values.queues, 1),
    messages: wholeNumber('messages', values.messages, 1),
    bodyOctets: wholeNumber('body', values.body, 1),
  };
  const repetitions = wholeNumber('repetitions', values.repetitions, 1);
  const figures: RecoveryFigures[] = [];
  while (figures.length < repetitions) {
    const directory = mkdtempSync(join(values.folder, 'bench-recovery-'));
    try {
      const subject = new DirectmqSubject('ordinary', ['--data-dir', directory]);
      figures.push(await runRecovery(subject, work));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  const spread = (of: (each: RecoveryFigures) => number) => spreadFigure(spreadOf(figures.map(of)));
  const headings = ['Messages', 'Queues', 'Ready after ms', 'All consumed after ms more', 'RSS'];
  const cells = [
    String(work.messages),
    String(work.queues),
    spread(({ readyMs }) => readyMs),
    spread(({ consumedMs }) => consumedMs),
    mebibytes(Math.max(...figures.map(({ rssOctets }) => rssOctets))),
  ];
  const columns = headings.map((heading) => ({ heading, figures: true }));
  process.stdout.write(`${markdownTable(columns, [cells])}\n`);
  writeResults(values.results, 'recovery', startedAt, figures);
});
