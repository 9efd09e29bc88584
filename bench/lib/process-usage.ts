import { readdirSync, readFileSync } from 'node:fs';
import { NS_PER_SECOND } from './clock.ts';

/** Clock ticks a second in /proc: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const OCTETS_PER_KIB = 1024;

/** What a process has used up to now. */
export interface ProcessUsage {
  /** User and system time of all its threads, those that have ended included. */
  readonly cpuSeconds: number;
  /** Memory it has resident. */
  readonly rssOctets: number;
  /** Of that, pages of files that it maps: the system takes them back when it needs memory. */
  readonly mappedOctets: number;
  /** The most it ever had resident. */
  readonly peakRssOctets: number;
}

/**
 * What the processes have used together, read from /proc (Linux).
 * @throws Error if one of them has ended
 */
export function readUsage(processIds: readonly number[]): ProcessUsage {
  let cpuSeconds = 0;
  let rssOctets = 0;
  let mappedOctets = 0;
  let peakRssOctets = 0;
  for (const processId of processIds) {
    cpuSeconds += cpuSecondsOf(processId);
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    rssOctets += kibField(status, 'VmRSS') * OCTETS_PER_KIB;
    mappedOctets += kibField(status, 'RssFile') * OCTETS_PER_KIB;
    peakRssOctets += kibField(status, 'VmHWM') * OCTETS_PER_KIB;
  }
  return { cpuSeconds, rssOctets, mappedOctets, peakRssOctets };
}

/** CPU seconds that each thread of a process has used, by its number; those that live (Linux). */
export function threadSeconds(processId: number): ReadonlyMap<number, number> {
  const seconds = new Map<number, number>();
  for (const thread of readdirSync(`/proc/${processId}/task`)) {
    const [runNs] = readFileSync(`/proc/${processId}/task/${thread}/schedstat`, 'utf8').split(' ');
    seconds.set(Number(thread), Number(runNs) / NS_PER_SECOND);
  }
  return seconds;
}

/** utime + stime, fields 14 and 15 of proc(5); the name in field 2 may hold spaces, so skip it. */
function cpuSecondsOf(processId: number): number {
  const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function kibField(status: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
  return match === null ? 0 : Number(match[1]);
}
