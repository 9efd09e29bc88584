import { ArgumentError } from '../lib/arguments.ts';
import type { ThroughputRow } from '../runs/compare.ts';
import type { LatencyRow } from '../runs/compare-latency.ts';
import type { ScalingSeries } from '../runs/scaling-result.ts';

/** Repetitions of the same work on the same subject count together. */
export function joinThroughput(a: ThroughputRow, b: ThroughputRow): ThroughputRow | null {
  if (a.subject !== b.subject || a.workload !== b.workload) return null;
  return { ...a, repetitions: [...a.repetitions, ...b.repetitions] };
}

/** @throws ArgumentError if both are of the same work: their histograms can't be joined here */
export function joinLatency(a: LatencyRow, b: LatencyRow): null {
  const same =
    a.subject === b.subject &&
    a.workload === b.workload &&
    a.messagesPerSecond === b.messagesPerSecond;
  if (same) throw new ArgumentError(`${a.subject} at ${a.messagesPerSecond}/s comes twice`);
  return null;
}

/** @throws ArgumentError if both are of the same work */
export function joinScaling(a: ScalingSeries, b: ScalingSeries): null {
  const same = a.subject === b.subject && a.varied === b.varied && a.workload === b.workload;
  if (same) throw new ArgumentError(`${a.subject} against ${a.varied} comes twice`);
  return null;
}
