import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeCommand, describeMachine } from './machine.js';
/** Bumped when a reader of older files would misunderstand newer ones. */
export const RESULTS_SCHEMA = 1;
/** Writes a results file and says where. */
export function writeResults(file, bench, startedAt, rows, notes = []) {
    const results = {
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
//# sourceMappingURL=results.js.map