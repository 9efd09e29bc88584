// Entry of a consumer process: starts the reading thread, then answers the bench.
import { Worker } from 'node:worker_threads';
import { DeliveryCounters } from './delivery-counters.js';
const counters = new DeliveryCounters();
process.on('message', (request) => {
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
function start(order) {
    const data = { order, memory: counters.memory };
    const thread = new Worker(new URL('./consumer-thread.js', import.meta.url), { workerData: data });
    thread.once('online', () => reply({ kind: 'started' }));
    thread.once('error', (error) => {
        process.stderr.write(`consumer: ${error.message}\n`);
        process.exit(1);
    });
}
function reply(message) {
    process.send?.(message);
}
//# sourceMappingURL=consumer-process.js.map