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

/** Rows, and what could not be measured and why. */
export interface Comparison {
  readonly rows: readonly ThroughputRow[];
  /** Work that a subject can't do by its nature. */
  readonly refusals: readonly string[];
  /** Runs that failed: the row of that subject and workload is left out. */
  readonly failures: readonly string[];
}

/**
 * Runs each workload on each subject: a sampled run first, then the repetitions, in which the
 * subjects take turns so that a drift of the machine meets all of them. A subject that fails is
 * out for that workload; the others go on.
 * @param progress told each finished run
 */
export async function compareThroughput(
  subjects: readonly Subject[],
  workloads: readonly Workload[],
  settings: CompareSettings,
  progress: (line: string) => void,
): Promise<Comparison> {
  const rows: ThroughputRow[] = [];
  const refusals: string[] = [];
  const failures: string[] = [];
  for (const workload of workloads) {
    const contestants: Contestant[] = [];
    for (const subject of subjects) {
      const refusal = subject.refusal(workload);
      if (refusal === null) contestants.push(new Contestant(subject, workload));
      else refusals.push(`${subject.name}, ${workloadName(workload)}: ${refusal}`);
    }
    await takeTurns(contestants, settings, progress);
    for (const contestant of contestants) {
      if (contestant.failure === null) rows.push(contestant.row());
      else failures.push(contestant.failure);
    }
  }
  return { rows, refusals, failures };
}

async function takeTurns(
  contestants: readonly Contestant[],
  settings: CompareSettings,
  progress: (line: string) => void,
): Promise<void> {
  try {
    for (const contestant of contestants) await contestant.start(settings);
    for (let repetition = 1; repetition <= settings.repetitions; repetition++) {
      for (const contestant of contestants) {
        if (contestant.failure !== null) continue;
        await delay(PAUSE_MS);
        progress(await contestant.measure(settings));
      }
    }
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

/** A subject at one workload and what it has achieved. */
class Contestant {
  /** Why it is out, or null. */
  failure: string | null = null;
  readonly #subject: Subject;
  readonly #workload: Workload;
  readonly #name: string;
  readonly #repetitions: ThroughputRepetition[] = [];
  #running: RunningSubject | null = null;
  #sampled: Accounts = { publishedMessages: 0, deliveredMessages: 0, droppedMessages: 0 };

  constructor(subject: Subject, workload: Workload) {
    this.#subject = subject;
    this.#workload = workload;
    this.#name = `${subject.name}, ${workloadName(workload)}`;
  }

  /** Starts the subject and does the sampled run. */
  start({ warmUpSeconds }: CompareSettings): Promise<void> {
    return this.#attempt(async () => {
      const running = await this.#subject.start();
      this.#running = running;
      const settings = { warmUpSeconds, seconds: SAMPLED_SECONDS, stamped: true };
      const { publishedMessages, deliveredMessages, droppedMessages } = await runThroughput(
        running,
        this.#workload,
        settings,
      );
      this.#sampled = { publishedMessages, deliveredMessages, droppedMessages };
    });
  }

  /** Does one repetition; returns a line that says what came out. */
  async measure({ warmUpSeconds, seconds }: CompareSettings): Promise<string> {
    await this.#attempt(async () => {
      if (this.#running === null) return;
      const settings = { warmUpSeconds, seconds, stamped: false };
      this.#repetitions.push(await runThroughput(this.#running, this.#workload, settings));
    });
    if (this.failure !== null) return this.failure;
    const rate = this.#repetitions[this.#repetitions.length - 1].deliveredPerSecond;
    const number = this.#repetitions.length;
    return `${this.#name}, run ${number}: ${Math.round(rate).toLocaleString('en')}/s`;
  }

  row(): ThroughputRow {
    return {
      subject: this.#subject.name,
      workload: workloadName(this.#workload),
      topology: this.#workload.topology.name,
      bodyOctets: this.#workload.bodyOctets,
      repetitions: this.#repetitions,
      sampled: this.#sampled,
    };
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const transcript = this.#running?.transcript().trim() ?? '';
      const said = transcript === '' ? '' : `\nIt wrote:\n${transcript}`;
      const reason = error instanceof Error ? error.message : String(error);
      this.failure ??= `${this.#name}: ${reason}${said}`;
    }
  }
}
