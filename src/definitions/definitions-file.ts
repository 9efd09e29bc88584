import { readFile } from 'node:fs/promises';
import type { BrokerCore } from '../amqp-control/broker-core.ts';
import { type ImportPlan, planImport } from './import.ts';
import { type Definitions, DefinitionsError, parseDefinitions } from './schema.ts';

/** A file with definitions that a broker starts with. */
export class DefinitionsFile {
  private readonly path: string;
  private readonly definitions: Definitions;

  private constructor(path: string, definitions: Definitions) {
    this.path = path;
    this.definitions = definitions;
  }

  /** @throws DefinitionsError naming the file, and the place in it, that is wrong */
  static async read(path: string): Promise<DefinitionsFile> {
    const text = await readFile(path, 'utf8').catch((error: Error) => {
      throw new DefinitionsError(`cannot read definitions: ${error.message}`);
    });
    return new DefinitionsFile(
      path,
      within(path, () => parseDefinitions(text)),
    );
  }

  /** The default user is for brokers that have no other. */
  get hasUsers(): boolean {
    return this.definitions.users.length > 0;
  }

  /** `3 users, 2 vhosts, …`. */
  get summary(): string {
    const counted = ['users', 'vhosts', 'policies', 'exchanges', 'queues', 'bindings'] as const;
    return counted.map((kind) => `${this.definitions[kind].length} ${kind}`).join(', ');
  }

  /** @throws DefinitionsError naming the first item that can't be imported */
  plan(core: BrokerCore): ImportPlan {
    const plan = within(this.path, () => planImport(core, this.definitions));
    for (const note of plan.notes) core.log.warn({ file: this.path, note }, 'definitions');
    return plan;
  }
}

function within<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DefinitionsError)) throw error;
    throw new DefinitionsError(`definitions ${path}: ${error.message}`);
  }
}
