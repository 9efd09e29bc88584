// A queue that is longer than memory, filled and drained: `npm run bench:paging -- --help`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneOf, runBench, wholeNumber } from './lib/arguments.ts';
import { mebibytes, shortFigure, spreadFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import { type PagingFigures, type PagingStep, runPaging } from './runs/paging-run.ts';
import { DirectmqSubject } from './subjects/directmq.ts';

const KINDS = ['transient', 'persistent'] as const;
type Kind = (typeof KINDS)[number];

const HELP = `Usage: npm run bench:paging -- [options]

Puts messages into a queue that nobody consumes from, and consumes them then with acknowledgements:
the rate as the queue grows and shrinks, and what the broker has resident: "Mapped" is that part of it
which are pages of files, as the store's, that the system takes back when it needs memory. Each
message must come back once, in order.

  --kind LIST           ${KINDS.join(', ')}; default both
  --messages N          default 10000000
  --body N              body size in octets, at least ${STAMP_OCTETS}; default 100
  --queue-memory SIZE   the broker's; default 256MiB
  --folder PATH         where the data directory lies; default the system's for temporary files
  --steps N             into how many parts the rates are divided; default 10
  --results FILE        default tmp/paging.json
`;

interface PagingRow extends PagingFigures {
  readonly kind: Kind;
}

const OPTIONS = {
  kind: { type: 'string', default: KINDS.join(',') },
  messages: { type: 'string', default: '10000000' },
  body: { type: 'string', default: '100' },
  'queue-memory': { type: 'string', default: '256MiB' },
  folder: { type: 'string', default: tmpdir() },
  steps: { type: 'string', default: '10' },
  results: { type: 'string', default: 'tmp/paging.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const messages = wholeNumber('messages', values.messages, 1);
  const bodyOctets = wholeNumber('body', values.body, STAMP_OCTETS);
  const steps = wholeNumber('steps', values.steps, 1);
  const kinds = values.kind.split(',').map((name) => oneOf('kind', name, KINDS));
  const rows: PagingRow[] = [];
  for (const kind of kinds) {
    const directory = mkdtempSync(join(values.folder, 'bench-paging-'));
    const options = ['--data-dir', directory, '--queue-memory', values['queue-memory']];
    const broker = await new DirectmqSubject('ordinary', options).start();
    const persistent = kind === 'persistent';
    const stepMessages = Math.ceil(messages / steps);
    try {
      const work = { messages, bodyOctets, persistent, stepMessages };
      rows.push({ kind, ...(await runPaging(broker, work)) });
    } finally {
      await broker.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  process.stdout.write(`${rows.map(stepTable).join('\n\n')}\n\n${summary(rows)}\n`);
  writeResults(values.results, 'paging', startedAt, rows);
});

function stepTable({ kind, fill, drain }: PagingRow): string {
  const headings = ['Queued', 'In/s', 'RSS', 'Mapped', 'Drained', 'Out/s', 'RSS', 'Mapped'];
  const cells = (step: PagingStep | undefined): string[] =>
    step === undefined
      ? ['', '', '', '']
      : [
          shortFigure(step.messages),
          shortFigure(step.messagesPerSecond),
          mebibytes(step.rssOctets),
          mebibytes(step.mappedOctets),
        ];
  const count = Math.max(fill.length, drain.length);
  return markdownTable(
    [{ heading: 'Kind' }, ...headings.map((heading) => ({ heading, figures: true }))],
    Array.from({ length: count }, (_, i) => [kind, ...cells(fill[i]), ...cells(drain[i])]),
  );
}

/** Median, least and greatest of the steps; the last step against the first. */
function summary(rows: readonly PagingRow[]): string {
  const headings = ['In/s', 'Last/first', 'Out/s', 'Last/first', 'Peak RSS', 'Peak but mapped'];
  const figures = (steps: readonly PagingStep[]): string[] => {
    const rates = steps.map(({ messagesPerSecond }) => messagesPerSecond);
    const spread = spreadOf(rates);
    return [spreadFigure(spread), (rates[rates.length - 1] / rates[0]).toFixed(2)];
  };
  return markdownTable(
    [{ heading: 'Kind' }, ...headings.map((heading) => ({ heading, figures: true }))],
    rows.map(({ kind, fill, drain, peakRssOctets }) => [
      kind,
      ...figures(fill),
      ...figures(drain),
      mebibytes(peakRssOctets),
      mebibytes(Math.max(...[...fill, ...drain].map((step) => step.rssOctets - step.mappedOctets))),
    ]),
  );
}
