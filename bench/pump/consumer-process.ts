// Entry of a consumer process: starts the reading thread, then answers the bench.
import { Worker } from 'node:worker_threads';
import type { ConsumerThreadData } from './consumer-thread.ts';
import { DeliveryCounters } from './delivery-counters.ts';
import type { ConsumeOrder, ConsumerReply, ConsumerRequest } from './orders.ts';

const counters = new DeliveryCounters();

process.on('message', (request: ConsumerRequest) => {
  switch (request.kind) {
    case 'start':
      start(request.order);
      break;
    case 'snapshot':
      reply({ kind: 'snapshot', snapshot: counters.snapshot() });
      break;
    case 'latencies':
      reply({ kind: 'latencies', counts: Int32Array.from(counters.latencyCounts) });
      break;
  }
});

function start(order: ConsumeOrder): void {
  const data: ConsumerThreadData = { order, memory: counters.memory };
  const thread = new Worker(new URL('./consumer-thread.js', import.meta.url), { workerData: data });
  thread.once('online', () => reply({ kind: 'started' }));
  thread.once('error', (error) => {
    process.stderr.write(`consumer: ${error.message}\n`);
    process.exit(1);
  });
}

function reply(message: ConsumerReply): void {
  process.send?.(message);
}
