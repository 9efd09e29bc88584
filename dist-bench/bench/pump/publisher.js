import { PumpChild } from './child.js';
/** Grace after an order's duration: a broker that blocks publishers must let them go by then. */
const REPORT_GRACE_MS = 30_000;
/** A process that publishes on one connection. */
export class Publisher {
    #child;
    constructor(socket) {
        this.#child = new PumpChild('./publisher-process.js', socket);
    }
    get processId() {
        return this.#child.processId;
    }
    /** Carries out the order, once. */
    publish(order) {
        return this.#child.ask(order, order.durationMs + REPORT_GRACE_MS);
    }
    kill() {
        this.#child.kill();
    }
}
//# sourceMappingURL=publisher.js.map