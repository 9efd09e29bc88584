import { compareThroughput } from './runs/compare.ts';
import { RabbitmqSubject } from './subjects/rabbitmq.ts';
import { RelaySubject } from './subjects/relay.ts';
import { RUN_OPTIONS, settingsOf, workloadsOf } from './runs/options.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { parseArgs } from 'node:util';
import { runBench } from './lib/arguments.ts';
await runBench(async () => {
  const { values } = parseArgs({ options: { ...RUN_OPTIONS, s: { type: 'string', default: 'relay' } } });
  const rows = await compareThroughput([values.s==='relay'?new RelaySubject():new RabbitmqSubject()], workloadsOf(values), settingsOf(values), (l) => console.error(l));
  console.log(throughputTable(rows));
});
