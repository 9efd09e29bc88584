import { existsSync, readFileSync } from 'node:fs';
import { RESULTS_SCHEMA, type ResultsFile } from './results.ts';

/**
 * The results file of a bench, or null if it doesn't exist.
 * @throws Error if it was written by another bench or with another schema
 */
export function readResults<Row>(file: string, bench: string): ResultsFile<Row> | null {
  if (!existsSync(file)) return null;
  const results = JSON.parse(readFileSync(file, 'utf8')) as ResultsFile<Row>;
  if (results.schema !== RESULTS_SCHEMA || results.bench !== bench) {
    throw new Error(`${file} is not a results file of bench:${bench}, schema ${RESULTS_SCHEMA}`);
  }
  return results;
}

/**
 * The results files of one bench, names with commas between them, that exist.
 * @throws Error as `readResults`
 */
export function readAllResults<Row>(files: string, bench: string): ResultsFile<Row>[] {
  return files.split(',').flatMap((file) => readResults<Row>(file, bench) ?? []);
}
