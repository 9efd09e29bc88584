// This broker beside those that users would pick instead: `npm run bench:peers -- --help`.
import { runBench } from './lib/arguments.ts';
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
import { ratioTable } from './runs/ratio-table.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { DirectmqSubject } from './subjects/directmq.ts';
import { PEERS, type Peer } from './subjects/peers.ts';
import { RelaySubject } from './subjects/relay.ts';
import type { Subject } from './subjects/subject.ts';

const HELP = `Usage: npm run bench:peers -- [options]

The same work on this broker, ordinary and direct, on a bare relay of the octets, and on each of
${PEERS.map((peer) => peer.name).join(', ')}
that is found, alternately. Pub/sub servers get it without confirms and acknowledgements.

  --only LIST           only these peers
${RUN_OPTIONS_HELP}
${BROKER_OPTIONS_HELP}
  --results FILE        default tmp/peers.json
`;

const OPTIONS = {
  only: { type: 'string' },
  ...RUN_OPTIONS,
  ...BROKER_OPTIONS,
  results: { type: 'string', default: 'tmp/peers.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const wanted = values.only?.split(',') ?? PEERS.map((peer) => peer.name);
  const found = PEERS.filter((peer) => wanted.includes(peer.name) && peer.isFound());
  const absent = PEERS.filter((peer) => !found.includes(peer)).map(absence);
  const brokerOptions = brokerOptionsOf(values);
  const own = [
    new DirectmqSubject('direct', brokerOptions),
    new DirectmqSubject('ordinary', brokerOptions),
  ];
  const subjects: Subject[] = [...own, new RelaySubject(), ...found.map((peer) => peer.subject)];
  const { rows, refusals, failures } = await compareThroughput(
    subjects,
    workloadsOf(values),
    settingsOf(values),
    (line) => process.stderr.write(`${line}\n`),
  );
  const notes = [...absent, ...refusals, ...failures];
  process.stdout.write(`${throughputTable(rows)}\n\n`);
  process.stdout.write(`${ratioTable(rows, own[0].name)}\n\n${notes.join('\n')}\n`);
  writeResults(values.results, 'peers', startedAt, rows, notes);
  // A peer may fail, at its defaults, at full speed; this broker may not.
  const ownFailures = failures.filter((text) => own.some(({ name }) => text.startsWith(name)));
  if (ownFailures.length > 0) throw new Error(ownFailures.join('\n'));
});

function absence(peer: Peer): string {
  const why = peer.isFound() ? 'left out' : `not found; to install: ${peer.install}`;
  return `${peer.name}: ${why}`;
}
