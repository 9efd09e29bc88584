// Entry of a shard thread: an event loop that reads sinks.
import { workerData } from 'node:worker_threads';
import { ReaderTally } from '../dmp-reader/reader-tally.ts';
import { CounterPage } from '../ring/counters.ts';
import { osThreadId } from './os-thread.ts';
import { ShardHost } from './shard-host.ts';
import type { FromShard, ShardStart, ToShard } from './shard-messages.ts';

/** How often an idle shard says that it lives, milliseconds. */
const BEAT_INTERVAL_MS = 500;

const start: ShardStart = workerData;
const { control } = start;
const tally = new ReaderTally(CounterPage.attach(start.counters).block(start.counterBlock));
const host = new ShardHost(start.main, tally, start.maxContentOctets, tell);

control.on('message', (message: ToShard) => {
  if (message.kind === 'stop') host.stop(() => control.close());
  else host.obey(message);
});
setInterval(() => tally.beat(), BEAT_INTERVAL_MS).unref();
tell({ kind: 'ready', osThread: osThreadId() });

function tell(message: FromShard): void {
  control.postMessage(message);
}
