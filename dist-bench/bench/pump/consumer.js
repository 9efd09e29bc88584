import { PumpChild } from './child.js';
/** It answers from a thread that has nothing else to do, but the machine may be busy. */
const REPLY_TIMEOUT_MS = 10_000;
/** A process that consumes from one connection. */
export class Consumer {
    #child;
    constructor(socket) {
        this.#child = new PumpChild('./consumer-process.js', socket);
    }
    get processId() {
        return this.#child.processId;
    }
    /** Starts to read; resolves when the reading thread runs. */
    async start(order) {
        await this.#ask({ kind: 'start', order }, 'started');
    }
    async snapshot() {
        return (await this.#ask({ kind: 'snapshot' }, 'snapshot')).snapshot;
    }
    /** Counts of latencies by `latencyIndex`. */
    async latencyCounts() {
        return (await this.#ask({ kind: 'latencies' }, 'latencies')).counts;
    }
    kill() {
        this.#child.kill();
    }
    async #ask(request, kind) {
        const reply = await this.#child.ask(request, REPLY_TIMEOUT_MS);
        if (reply.kind !== kind)
            throw new Error(`Expected ${kind}, got ${reply.kind}`);
        return reply;
    }
}
//# sourceMappingURL=consumer.js.map