// Messages per second and CPU per message of this broker: `npm run bench:throughput -- --help`.
import { parseArgs } from 'node:util';
import { oneOf, runBench } from './lib/arguments.js';
import { writeResults } from './lib/results.js';
import { compareThroughput } from './runs/compare.js';
import { BROKER_OPTIONS, BROKER_OPTIONS_HELP, brokerOptionsOf, RUN_OPTIONS, RUN_OPTIONS_HELP, settingsOf, workloadsOf, } from './runs/options.js';
import { throughputTable } from './runs/throughput-table.js';
import { DirectmqSubject, MODES } from './subjects/directmq.js';
import { RelaySubject } from './subjects/relay.js';
const HELP = `Usage: npm run bench:throughput -- [options]

  --mode LIST           ${MODES.join(', ')}; default direct
${RUN_OPTIONS_HELP}
${BROKER_OPTIONS_HELP}
  --relay               also a bare relay of the same octets, alternately: the physical limit
  --results FILE        default tmp/throughput.json
`;
await runBench(async () => {
    const startedAt = new Date();
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', default: false },
            mode: { type: 'string', default: 'direct' },
            ...RUN_OPTIONS,
            ...BROKER_OPTIONS,
            relay: { type: 'boolean', default: false },
            results: { type: 'string', default: 'tmp/throughput.json' },
        },
    });
    if (values.help) {
        process.stdout.write(HELP);
        return;
    }
    const brokerOptions = brokerOptionsOf(values);
    const subjects = values.mode
        .split(',')
        .map((mode) => new DirectmqSubject(oneOf('mode', mode, MODES), brokerOptions));
    if (values.relay)
        subjects.push(new RelaySubject());
    const rows = await compareThroughput(subjects, workloadsOf(values), settingsOf(values), (line) => process.stderr.write(`${line}\n`));
    process.stdout.write(`${throughputTable(rows)}\n`);
    writeResults(values.results, 'throughput', startedAt, rows);
});
//# sourceMappingURL=throughput.js.map