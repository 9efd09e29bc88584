// Messages per second and CPU per message of this broker: `npm run bench:throughput -- --help`.
import { oneOf, runBench } from './lib/arguments.ts';
import { writeResults } from './lib/results.ts';
import { compareThroughput } from './runs/compare.ts';
import {
  BROKER_OPTIONS,
  BROKER_OPTIONS_HELP,
  brokerOptionsOf,
  RUN_OPTIONS,
  RUN_OPTIONS_HELP,
  settingsOf,
  workloadsOf,
} from './runs/options.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';
import { RelaySubject } from './subjects/relay.ts';
import type { Subject } from './subjects/subject.ts';

const HELP = `Usage: npm run bench:throughput -- [options]

  --mode LIST           ${MODES.join(', ')}; default direct
${RUN_OPTIONS_HELP}
${BROKER_OPTIONS_HELP}
  --relay               also a bare relay of the same octets, alternately: the physical limit
  --results FILE        default tmp/throughput.json
`;

const OPTIONS = {
  mode: { type: 'string', default: 'direct' },
  ...RUN_OPTIONS,
  ...BROKER_OPTIONS,
  relay: { type: 'boolean', default: false },
  results: { type: 'string', default: 'tmp/throughput.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const brokerOptions = brokerOptionsOf(values);
  const subjects: Subject[] = values.mode
    .split(',')
    .map((mode) => new DirectmqSubject(oneOf('mode', mode, MODES), brokerOptions));
  if (values.relay) subjects.push(new RelaySubject());
  const { rows, refusals, failures } = await compareThroughput(
    subjects,
    workloadsOf(values),
    settingsOf(values),
    (line) => process.stderr.write(`${line}\n`),
  );
  process.stdout.write(`${throughputTable(rows)}\n`);
  writeResults(values.results, 'throughput', startedAt, rows, refusals);
  if (failures.length > 0) throw new Error(failures.join('\n'));
});
