import { readdirSync, readFileSync } from 'node:fs';

/**
 * The process with this name among the children of `processId`, their children and so on (Linux).
 * @throws Error if there is none
 */
export function descendantNamed(processId: number, name: string): number {
  const parents = [processId];
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(readProcess);
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const each of processes) {
      if (each.parentId !== parent) continue;
      if (each.name === name) return each.id;
      parents.push(each.id);
    }
  }
  throw new Error(`Process ${processId} has no descendant ${name}`);
}

/**
 * The last in the line of first children that begins with `processId`: what a chain of wrappers runs.
 */
export function lastDescendant(processId: number): number {
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(readProcess);
  let last = processId;
  for (
    let child = processes.find(({ parentId }) => parentId === last);
    child !== undefined;
    child = processes.find(({ parentId }) => parentId === last)
  ) {
    last = child.id;
  }
  return last;
}

interface ProcessEntry {
  readonly id: number;
  readonly parentId: number;
  readonly name: string;
}

/** Fields 1, 2 and 4 of proc(5)'s stat; a process that has just ended has no parent. */
function readProcess(entry: string): ProcessEntry {
  try {
    const match = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'));
    return { id: Number(entry), parentId: Number(match?.[2]), name: match?.[1] ?? '' };
  } catch {
    return { id: Number(entry), parentId: -1, name: '' };
  }
}
