import { writeFileSync } from 'node:fs';
import { NS_PER_MILLISECOND, nowNs } from '../lib/clock.js';
/**
 * How long before its time a sleep ends, the rest being spun: what a wake-up takes on a virtual
 * machine. Shorter, and messages leave late; longer, and the publisher takes a core for itself.
 */
const SPIN_NS = 30_000;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));
/** Asks the kernel to end this thread's sleeps on time: by default they may last 50 µs longer. */
export function sharpenTimers() {
    try {
        writeFileSync('/proc/self/timerslack_ns', '1');
    }
    catch {
        // Not permitted here: sleeps end late, and the latencies show it.
    }
}
/** Blocks this thread until `timeNs`. */
export function waitUntil(timeNs) {
    const sleepNs = timeNs - nowNs() - SPIN_NS;
    if (sleepNs > 0)
        Atomics.wait(neverNotified, 0, 0, sleepNs / NS_PER_MILLISECOND);
    while (nowNs() < timeNs)
        ;
}
//# sourceMappingURL=pace.js.map