import type { Json } from '../stats/plain-table.ts';

/** A parameter was set, or deleted. */
export type ParameterChange =
  | { readonly kind: 'parameterPut'; readonly name: string; readonly value: Json }
  | { readonly kind: 'parameterDeleted'; readonly name: string };

/** More parameters than there may be, or a value that is too large. */
export class ParameterError extends Error {}

/** Parameters at a time: people set some of them by hand. */
const PARAMETERS_MAX = 1000;
/** Octets of a value as JSON: notes of tools, not their data. */
const VALUE_OCTETS_MAX = 64 * 1024;

/**
 * What is kept for people and tools under names of theirs, as RabbitMQ's global parameters. Of them
 * the broker itself uses `cluster_name` only, to be shown.
 */
export class GlobalParameters {
  readonly observers = new Set<(change: ParameterChange) => void>();
  private readonly byName = new Map<string, Json>();

  /** In the order in which they were first set. */
  get all(): ReadonlyMap<string, Json> {
    return this.byName;
  }

  /** @throws ParameterError */
  put(name: string, value: Json): void {
    if (Buffer.byteLength(JSON.stringify(value)) > VALUE_OCTETS_MAX) {
      throw new ParameterError(`the value has more than ${VALUE_OCTETS_MAX} octets`);
    }
    if (!this.byName.has(name) && this.byName.size >= PARAMETERS_MAX) {
      throw new ParameterError(`there are ${PARAMETERS_MAX} global parameters, which is the most`);
    }
    this.byName.set(name, value);
    this.tell({ kind: 'parameterPut', name, value });
  }

  /** @returns false if there was none */
  delete(name: string): boolean {
    if (!this.byName.delete(name)) return false;
    this.tell({ kind: 'parameterDeleted', name });
    return true;
  }

  private tell(change: ParameterChange): void {
    for (const observer of this.observers) observer(change);
  }
}
