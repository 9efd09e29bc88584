import { delay } from '../lib/clock.ts';
import type { RunningSubject, Subject } from '../subjects/subject.ts';
import { type Workload, workloadName } from '../workload/workload.ts';
import type { Accounts, ThroughputRepetition } from './throughput-result.ts';
import { runThroughput } from './throughput-run.ts';

/** What the repetitions of one workload on one subject gave. */
export interface ThroughputRow {
  readonly subject: string;
  readonly workload: string;
  readonly topology: string;
  readonly bodyOctets: number;
  readonly repetitions: readonly ThroughputRepetition[];
  /** Totals of the run before them in which every message was checked for its place. */
  readonly sampled: Accounts;
}

export interface CompareSettings {
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly repetitions: number;
}

/** Seconds of the sampled run: millions of messages on any broker that is worth measuring. */
const SAMPLED_SECONDS = 1;
/** Between two runs, so that what the one leaves to do (closing, collecting) is not the other's. */
const PAUSE_MS = 300;

/**
 * Runs each workload on each subject: a sampled run first, then the repetitions, in which the subjects
 * take turns so that a drift of the machine meets all of them.
 * @param progress told each finished run
 */
export async function compareThroughput(
  subjects: readonly Subject[],
  workloads: readonly Workload[],
  settings: CompareSettings,
  progress: (line: string) => void,
): Promise<ThroughputRow[]> {
  const rows: ThroughputRow[] = [];
  for (const workload of workloads) {
    const able = subjects.filter((subject) => {
      const refusal = subject.refusal(workload);
      if (refusal !== null) progress(`${subject.name}, ${workloadName(workload)}: ${refusal}`);
      return refusal === null;
    });
    rows.push(...(await compareOn(workload, able, settings, progress)));
  }
  return rows;
}

async function compareOn(
  workload: Workload,
  subjects: readonly Subject[],
  settings: CompareSettings,
  progress: (line: string) => void,
): Promise<ThroughputRow[]> {
  const name = workloadName(workload);
  const contestants: Contestant[] = [];
  try {
    for (const subject of subjects) {
      contestants.push(new Contestant(subject.name, await subject.start()));
    }
    for (const contestant of contestants) await contestant.sample(workload, settings);
    for (let repetition = 1; repetition <= settings.repetitions; repetition++) {
      for (const contestant of contestants) {
        await delay(PAUSE_MS);
        const { deliveredPerSecond } = await contestant.measure(workload, settings);
        const rate = Math.round(deliveredPerSecond).toLocaleString('en');
        progress(`${contestant.name}, ${name}, run ${repetition}: ${rate}/s`);
      }
    }
    return contestants.map((contestant) => contestant.row(workload));
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

/** A running subject and what it has achieved. */
class Contestant {
  readonly name: string;
  readonly #running: RunningSubject;
  readonly #repetitions: ThroughputRepetition[] = [];
  #sampled: Accounts = { publishedMessages: 0, deliveredMessages: 0, droppedMessages: 0 };

  constructor(name: string, running: RunningSubject) {
    this.name = name;
    this.#running = running;
  }

  async sample(workload: Workload, { warmUpSeconds }: CompareSettings): Promise<void> {
    const settings = { warmUpSeconds, seconds: SAMPLED_SECONDS, stamped: true };
    const { publishedMessages, deliveredMessages, droppedMessages } = await runThroughput(
      this.#running,
      workload,
      settings,
    );
    this.#sampled = { publishedMessages, deliveredMessages, droppedMessages };
  }

  async measure(
    workload: Workload,
    { warmUpSeconds, seconds }: CompareSettings,
  ): Promise<ThroughputRepetition> {
    const settings = { warmUpSeconds, seconds, stamped: false };
    const repetition = await runThroughput(this.#running, workload, settings);
    this.#repetitions.push(repetition);
    return repetition;
  }

  row(workload: Workload): ThroughputRow {
    return {
      subject: this.name,
      workload: workloadName(workload),
      topology: workload.topology.name,
      bodyOctets: workload.bodyOctets,
      repetitions: this.#repetitions,
      sampled: this.#sampled,
    };
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }
}
