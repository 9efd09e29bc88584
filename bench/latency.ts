// How long messages are under way at fixed rates: `npm run bench:latency -- --help`.
import { dirname } from 'node:path';
import { oneOf, positiveNumber, runBench, wholeNumber, wholeNumbers } from './lib/arguments.ts';
import { writeResults } from './lib/results.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import { compareLatency, latencyTable } from './runs/compare-latency.ts';
import { BROKER_OPTIONS, BROKER_OPTIONS_HELP, brokerOptionsOf } from './runs/options.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';
import { RabbitmqSubject } from './subjects/rabbitmq.ts';
import { RelaySubject } from './subjects/relay.ts';
import type { Subject } from './subjects/subject.ts';
import { topologyOf } from './workload/topology.ts';
import type { Workload } from './workload/workload.ts';

const SUBJECTS = [...MODES, 'relay', 'rabbitmq'] as const;

const HELP = `Usage: npm run bench:latency -- [options]

Open loop: a message is sent when it is due, and its latency counts from then.

  --mode LIST           ${SUBJECTS.join(', ')};
                        default ordinary,direct,relay; relay is the raw loopback floor
  --rates LIST          messages per second; default 1000,10000,100000,1000000
  --topology NAME       one of those of bench:throughput; default 1P-1C
  --body N              body size in octets, at least ${STAMP_OCTETS}; default 100
  --seconds N           default 5
  --warm-up N           default 1
  --repetitions N       default 5
${BROKER_OPTIONS_HELP}
  --results FILE        default tmp/latency/latency.json; .hgrm files go beside it
`;

const OPTIONS = {
  mode: { type: 'string', default: 'ordinary,direct,relay' },
  rates: { type: 'string', default: '1000,10000,100000,1000000' },
  topology: { type: 'string', default: '1P-1C' },
  body: { type: 'string', default: '100' },
  seconds: { type: 'string', default: '5' },
  'warm-up': { type: 'string', default: '1' },
  repetitions: { type: 'string', default: '5' },
  ...BROKER_OPTIONS,
  results: { type: 'string', default: 'tmp/latency/latency.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const brokerOptions = brokerOptionsOf(values);
  const subjects = values.mode
    .split(',')
    .map((mode) => subjectOf(oneOf('mode', mode, SUBJECTS), brokerOptions));
  const workload: Workload = {
    topology: topologyOf(values.topology),
    bodyOctets: wholeNumber('body', values.body, STAMP_OCTETS),
    confirmWindow: 0,
    prefetch: 0,
  };
  const settings = {
    rates: wholeNumbers('rates', values.rates, 1),
    warmUpSeconds: positiveNumber('warm-up', values['warm-up']),
    seconds: positiveNumber('seconds', values.seconds),
    repetitions: wholeNumber('repetitions', values.repetitions, 1),
    folder: dirname(values.results),
  };
  const rows = await compareLatency(subjects, workload, settings, (line) =>
    process.stderr.write(`${line}\n`),
  );
  process.stdout.write(`${latencyTable(rows)}\n`);
  writeResults(values.results, 'latency', startedAt, rows);
});

function subjectOf(name: (typeof SUBJECTS)[number], brokerOptions: readonly string[]): Subject {
  if (name === 'relay') return new RelaySubject();
  if (name === 'rabbitmq') return new RabbitmqSubject();
  return new DirectmqSubject(name, brokerOptions);
}
