import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload } from '../workload/workload.ts';
import { DirectmqSubject } from './directmq.ts';
import type { OpenWorkload, RunningSubject, Subject } from './subject.ts';

/** This broker with a data directory, which goes when it stops. */
export class DurableDirectmqSubject implements Subject {
  readonly name = 'directmq durable';
  readonly #folder: string;

  /** @param folder where the data directory is made: on the disk that is to be measured */
  constructor(folder: string) {
    this.#folder = folder;
  }

  refusal(): string | null {
    return null;
  }

  async start(): Promise<RunningSubject> {
    const directory = mkdtempSync(join(this.#folder, 'bench-directmq-'));
    const subject = new DirectmqSubject('ordinary', ['--data-dir', directory]);
    return new RunningDurable(await subject.start(), directory);
  }
}

class RunningDurable implements RunningSubject {
  readonly processIds: readonly number[];
  readonly mayDrop = false;
  readonly #broker: RunningSubject;
  readonly #directory: string;

  constructor(broker: RunningSubject, directory: string) {
    this.processIds = broker.processIds;
    this.#broker = broker;
    this.#directory = directory;
  }

  open(workload: Workload): Promise<OpenWorkload> {
    return this.#broker.open(workload);
  }

  transcript(): string {
    return this.#broker.transcript();
  }

  async stop(): Promise<void> {
    await this.#broker.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
