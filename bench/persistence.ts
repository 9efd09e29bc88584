// What durability costs, and how others do: `npm run bench:persistence -- --help`.
import { tmpdir } from 'node:os';
import { runBench } from './lib/arguments.ts';
import { writeResults } from './lib/results.ts';
import { compareThroughput } from './runs/compare.ts';
import { RUN_OPTIONS, RUN_OPTIONS_HELP, settingsOf, workloadsOf } from './runs/options.ts';
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

  --folder PATH         where the data directory lies; default the system's for temporary files
  --rabbitmq            also rabbitmq
${RUN_OPTIONS_HELP}
  --results FILE        default tmp/persistence.json
`;

const OPTIONS = {
  folder: { type: 'string', default: tmpdir() },
  rabbitmq: { type: 'boolean', default: false },
  ...RUN_OPTIONS,
  results: { type: 'string', default: 'tmp/persistence.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const durable = new DurableDirectmqSubject(values.folder);
  const subjects: Subject[] = [durable, new DirectmqSubject('ordinary')];
  const peer = PEERS.find(({ name }) => name === 'rabbitmq');
  if (values.rabbitmq && peer?.isFound() === true) subjects.push(peer.subject);
  const { rows, refusals, failures } = await compareThroughput(
    subjects,
    workloadsOf(values),
    settingsOf(values),
    (line) => process.stderr.write(`${line}\n`),
  );
  process.stdout.write(`${throughputTable(rows)}\n\n${ratioTable(rows, durable.name)}\n`);
  writeResults(values.results, 'persistence', startedAt, rows, refusals);
  if (failures.length > 0) throw new Error(failures.join('\n'));
});
