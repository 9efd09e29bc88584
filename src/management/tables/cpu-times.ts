import { readFile } from 'node:fs/promises';

/** Linux shows times of threads in hundredths of a second, whatever its own tick. */
const TICKS_PER_SECOND = 100;
/** Where in the line of `stat` the times are, counted from behind the name in parentheses. */
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

/** Seconds of a processor that a thread of this process has used; null where nobody counts. */
export async function cpuSeconds(osThread: number | null): Promise<number | null> {
  if (osThread === null) return null;
  try {
    const line = await readFile(`/proc/self/task/${osThread}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) / TICKS_PER_SECOND;
  } catch {
    // It has just ended.
    return null;
  }
}
