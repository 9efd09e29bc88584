// What durability costs, and how others do: `npm run bench:persistence -- --help`.
import { tmpdir } from 'node:os';
import { runBench, wholeNumber, wholeNumbers } from './lib/arguments.ts';
import { writeResults } from './lib/results.ts';
import { besideTable, runBeside } from './runs/beside-run.ts';
import { compareThroughput } from './runs/compare.ts';
import {
  RUN_OPTIONS,
  RUN_OPTIONS_HELP,
  type RunOptionValues,
  settingsOf,
  workloadsOf,
} from './runs/options.ts';
import { ratioTable } from './runs/ratio-table.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { DirectmqSubject } from './subjects/directmq.ts';
import { DurableDirectmqSubject } from './subjects/durable-directmq.ts';
import { PEERS } from './subjects/peers.ts';
import type { Subject } from './subjects/subject.ts';

const HELP = `Usage: npm run bench:persistence -- --persistent --confirms --acks [options]

The same work on this broker with a data directory, on this broker without one, and on rabbitmq
(classic queues) if it is found, alternately. Without --persistent: what a data directory costs
those who don't use it.

  --beside RATES        instead: transient traffic at full speed, alone and beside a second flow of so
                        many messages a second with confirms and acks, persistent and transient
  --folder PATH         where the data directory lies; default the system's for temporary files
  --rabbitmq            also rabbitmq
${RUN_OPTIONS_HELP}
  --results FILE        default tmp/persistence.json
`;

const OPTIONS = {
  beside: { type: 'string' },
  folder: { type: 'string', default: tmpdir() },
  rabbitmq: { type: 'boolean', default: false },
  ...RUN_OPTIONS,
  results: { type: 'string', default: 'tmp/persistence.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const durable = new DurableDirectmqSubject(values.folder);
  if (values.beside !== undefined) {
    await measureBeside(durable, values.beside, values, startedAt);
    return;
  }
  const subjects: Subject[] = [durable, new DirectmqSubject('ordinary')];
  const peer = PEERS.find(({ name }) => name === 'rabbitmq');
  if (values.rabbitmq && peer?.isFound() === true) subjects.push(peer.subject);
  const { rows, refusals, failures } = await compareThroughput(
    subjects,
    workloadsOf(values),
    settingsOf(values),
    say,
  );
  process.stdout.write(`${throughputTable(rows)}\n\n${ratioTable(rows, durable.name)}\n`);
  writeResults(values.results, 'persistence', startedAt, rows, refusals);
  if (failures.length > 0) throw new Error(failures.join('\n'));
});

async function measureBeside(
  subject: Subject,
  rates: string,
  values: RunOptionValues & { readonly results: string },
  startedAt: Date,
): Promise<void> {
  const running = await subject.start();
  try {
    const settings = {
      ...settingsOf(values),
      rates: wholeNumbers('beside', rates, 1),
      bodyOctets: wholeNumber('body', values.body, 1),
      confirmWindow: wholeNumber('confirm-window', values['confirm-window'], 1),
      prefetch: wholeNumber('prefetch', values.prefetch, 1),
    };
    const rows = await runBeside(running, settings, say);
    process.stdout.write(`${besideTable(rows)}\n`);
    writeResults(values.results, 'persistence', startedAt, rows);
  } finally {
    await running.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
