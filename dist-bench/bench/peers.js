import { compareThroughput } from './runs/compare.js';
import { RabbitmqSubject } from './subjects/rabbitmq.js';
import { RelaySubject } from './subjects/relay.js';
import { RUN_OPTIONS, settingsOf, workloadsOf } from './runs/options.js';
import { throughputTable } from './runs/throughput-table.js';
import { parseArgs } from 'node:util';
import { runBench } from './lib/arguments.js';
await runBench(async () => {
    const { values } = parseArgs({ options: { ...RUN_OPTIONS, s: { type: 'string', default: 'relay' } } });
    const rows = await compareThroughput([values.s === 'relay' ? new RelaySubject() : new RabbitmqSubject()], workloadsOf(values), settingsOf(values), (l) => console.error(l));
    console.log(throughputTable(rows));
});
//# sourceMappingURL=peers.js.map