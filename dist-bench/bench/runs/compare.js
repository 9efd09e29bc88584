import { delay } from '../lib/clock.js';
import { workloadName } from '../workload/workload.js';
import { runThroughput } from './throughput-run.js';
/** Seconds of the sampled run: millions of messages on any broker that is worth measuring. */
const SAMPLED_SECONDS = 1;
/** Between two runs, so that what the one leaves to do (closing, collecting) is not the other's. */
const PAUSE_MS = 300;
/**
 * Runs each workload on each subject: a sampled run first, then the repetitions, in which the subjects
 * take turns so that a drift of the machine meets all of them.
 * @param progress told each finished run
 */
export async function compareThroughput(subjects, workloads, settings, progress) {
    const rows = [];
    for (const workload of workloads) {
        const able = subjects.filter((subject) => {
            const refusal = subject.refusal(workload);
            if (refusal !== null)
                progress(`${subject.name}, ${workloadName(workload)}: ${refusal}`);
            return refusal === null;
        });
        rows.push(...(await compareOn(workload, able, settings, progress)));
    }
    return rows;
}
async function compareOn(workload, subjects, settings, progress) {
    const name = workloadName(workload);
    const contestants = [];
    try {
        for (const subject of subjects) {
            contestants.push(new Contestant(subject.name, await subject.start()));
        }
        for (const contestant of contestants)
            await contestant.sample(workload, settings);
        for (let repetition = 1; repetition <= settings.repetitions; repetition++) {
            for (const contestant of contestants) {
                await delay(PAUSE_MS);
                const { deliveredPerSecond } = await contestant.measure(workload, settings);
                const rate = Math.round(deliveredPerSecond).toLocaleString('en');
                progress(`${contestant.name}, ${name}, run ${repetition}: ${rate}/s`);
            }
        }
        return contestants.map((contestant) => contestant.row(workload));
    }
    finally {
        for (const contestant of contestants)
            await contestant.stop();
    }
}
/** A running subject and what it has achieved. */
class Contestant {
    name;
    #running;
    #repetitions = [];
    #sampled = { publishedMessages: 0, deliveredMessages: 0, droppedMessages: 0 };
    constructor(name, running) {
        this.name = name;
        this.#running = running;
    }
    async sample(workload, { warmUpSeconds }) {
        const settings = { warmUpSeconds, seconds: SAMPLED_SECONDS, stamped: true };
        const { publishedMessages, deliveredMessages, droppedMessages } = await runThroughput(this.#running, workload, settings);
        this.#sampled = { publishedMessages, deliveredMessages, droppedMessages };
    }
    async measure(workload, { warmUpSeconds, seconds }) {
        const settings = { warmUpSeconds, seconds, stamped: false };
        const repetition = await runThroughput(this.#running, workload, settings);
        this.#repetitions.push(repetition);
        return repetition;
    }
    row(workload) {
        return {
            subject: this.name,
            workload: workloadName(workload),
            topology: workload.topology.name,
            bodyOctets: workload.bodyOctets,
            repetitions: this.#repetitions,
            sampled: this.#sampled,
        };
    }
    stop() {
        return this.#running.stop();
    }
}
//# sourceMappingURL=compare.js.map