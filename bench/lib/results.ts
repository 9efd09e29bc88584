import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeCommand, describeMachine, type MachineDescription } from './machine.ts';

/** Bumped when a reader of older files would misunderstand newer ones. */
export const RESULTS_SCHEMA = 1;

/** What a bench leaves behind, as JSON. */
export interface ResultsFile<Row> {
  readonly schema: typeof RESULTS_SCHEMA;
  /** Name of the bench: throughput, latency, scaling, peers. */
  readonly bench: string;
  readonly command: string;
  readonly startedAt: string;
  readonly machine: MachineDescription;
  /** Remarks such as peers that were not found. */
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

/** Writes a results file and says where. */
export function writeResults<Row>(
  file: string,
  bench: string,
  startedAt: Date,
  rows: readonly Row[],
  notes: readonly string[] = [],
): void {
  const results: ResultsFile<Row> = {
    schema: RESULTS_SCHEMA,
    bench,
    command: describeCommand(`bench:${bench}`),
    startedAt: startedAt.toISOString(),
    machine: describeMachine(),
    notes,
    rows,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\nResults: ${file}\n`);
}
