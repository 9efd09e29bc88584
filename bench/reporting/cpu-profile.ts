/** The part that is used here of the format that `--cpu-prof` writes. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds from each sample to the one before it. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

/** What a function took itself, without those that it called. */
export interface SelfTime {
  readonly name: string;
  /** File, from its last folder on, and line. */
  readonly place: string;
  /** Of the time in which the thread was not idle. */
  readonly share: number;
}

const IDLE = '(idle)';
const GARBAGE_COLLECTION = '(garbage collector)';

/** The functions of a profile, the costliest first. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  const times = timesByFunction(profile);
  const idle = times.get(IDLE)?.time ?? 0;
  times.delete(IDLE);
  const busy = totalTime(profile) - idle;
  return [...times.values()]
    .sort((a, b) => b.time - a.time)
    .map(({ name, place, time }) => ({ name, place, share: time / busy }));
}

/** What runs in the thread: the name of its worker's module without `-worker`, or main. */
export function threadOf({ nodes }: CpuProfile): string {
  for (const { callFrame } of nodes) {
    const name = /\/([a-z]+)-worker\.js$/.exec(callFrame.url)?.[1];
    if (name !== undefined) return name;
  }
  return 'main';
}

/** The share of its time in which the thread waited neither in its event loop nor for a ring. */
export function utilisation(profile: CpuProfile): number {
  return 1 - (timesByFunction(profile).get(IDLE)?.time ?? 0) / totalTime(profile);
}

/** The share of its time in which the thread collected garbage. */
export function garbageCollectionShare(profile: CpuProfile): number {
  let time = 0;
  for (const each of timesByFunction(profile).values()) {
    if (each.name === GARBAGE_COLLECTION) time += each.time;
  }
  return time / totalTime(profile);
}

interface FunctionTime {
  readonly name: string;
  readonly place: string;
  time: number;
}

/** A function has a node for each way in which it was called; here they count together. */
function timesByFunction({ nodes, samples, timeDeltas }: CpuProfile): Map<string, FunctionTime> {
  const byFunction = new Map<string, FunctionTime>();
  const byNode = new Map<number, FunctionTime>();
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const name = functionName === '' ? '(anonymous)' : functionName;
    const place = url === '' ? '' : `${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    const key = name === IDLE || isWait(callFrame) ? IDLE : `${name} ${url}:${lineNumber}`;
    const known = byFunction.get(key) ?? { name, place, time: 0 };
    byFunction.set(key, known);
    byNode.set(id, known);
  }
  for (const [index, id] of samples.entries()) {
    const found = byNode.get(id);
    if (found !== undefined) found.time += timeDeltas[index];
  }
  return byFunction;
}

/** A writer without work blocks here, in `Atomics.wait`, where the profiler sees it at work. */
function isWait({ functionName, url }: ProfileNode['callFrame']): boolean {
  return functionName === 'wait' && url.endsWith('/ring/shared-words.js');
}

function totalTime({ timeDeltas }: CpuProfile): number {
  return timeDeltas.reduce((sum, delta) => sum + delta, 0);
}
