import { ArgumentError } from '../lib/arguments.ts';
import type { ResultsFile } from '../lib/results.ts';

/**
 * Several results files of one bench as one: a long measurement may be made in slices. What two of
 * them measured is joined.
 * @param joined the row that two of the same work make, or null if they are of different work
 * @returns null if there are no files
 * @throws ArgumentError if they are not of the same machine, Node and commit
 */
export function mergeResults<Row>(
  files: readonly ResultsFile<Row>[],
  joined: (a: Row, b: Row) => Row | null,
): ResultsFile<Row> | null {
  const [first, ...others] = files;
  if (first === undefined) return null;
  const machine = JSON.stringify(first.machine);
  if (others.some((other) => JSON.stringify(other.machine) !== machine)) {
    throw new ArgumentError(`Results of bench:${first.bench} are of different machines or commits`);
  }
  const rows: Row[] = [];
  for (const row of files.flatMap((file) => file.rows)) {
    const index = rows.findIndex((known) => joined(known, row) !== null);
    const both = index === -1 ? null : joined(rows[index], row);
    if (both === null) rows.push(row);
    else rows[index] = both;
  }
  return {
    ...first,
    command: [...new Set(files.map(({ command }) => command))].join('\n'),
    notes: [...new Set(files.flatMap(({ notes }) => notes))],
    rows,
  };
}
