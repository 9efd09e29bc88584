// Entry of a consumer process: starts the reading thread, then answers the bench.
import { Piscina } from 'piscina';
import type { ConsumerThreadData, consume } from './consumer-thread.ts';
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
  const pool = new Piscina<ConsumerThreadData, ReturnType<typeof consume>>({
    filename: new URL('./consumer-thread.js', import.meta.url).href,
    maxThreads: 1,
  });
  pool.once('message', () => reply({ kind: 'started' }));
  pool.run(data, { name: 'consume' }).catch((error: unknown) => {
    process.stderr.write(`consumer: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  });
}

function reply(message: ConsumerReply): void {
  process.send?.(message);
}
