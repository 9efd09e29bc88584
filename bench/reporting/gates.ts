import { spreadOf } from '../lib/statistics.ts';
import type { ThroughputRow } from '../runs/compare.ts';
import type { LatencyRow } from '../runs/compare-latency.ts';

/** Machines drift by some percent between two runs; less than that says nothing. */
const THROUGHPUT_MIN_RATIO = 0.85;
const CPU_MAX_RATIO = 1.2;
const LATENCY_MAX_RATIO = 1.25;
/** Beyond p99 a single hiccup of the machine decides. */
const GATED_PERCENTILES = [50, 99] as const;

/** What the names of this broker's subjects begin with. */
const OWN_SUBJECTS = 'directmq';

/** One figure now against the same figure then. */
export interface Gate {
  readonly figure: string;
  /** Now divided by then. */
  readonly ratio: number;
  /** What the ratio must be; null for subjects that show what has become of the machine. */
  readonly bound: string | null;
  readonly passed: boolean;
}

/** Rate and CPU of each row that both have. */
export function throughputGates(
  before: readonly ThroughputRow[],
  now: readonly ThroughputRow[],
): Gate[] {
  return now.flatMap((row) => {
    const old = before.find((each) => sameWork(each, row));
    if (old === undefined) return [];
    const name = `${row.subject}, ${row.workload}`;
    const ratioOf = (key: 'deliveredPerSecond' | 'subjectSecondsPerMillion'): number =>
      medianOf(row.repetitions, key) / medianOf(old.repetitions, key);
    return [
      atLeast(`${name}: delivered/s`, ratioOf('deliveredPerSecond'), THROUGHPUT_MIN_RATIO),
      atMost(`${name}: CPU`, ratioOf('subjectSecondsPerMillion'), CPU_MAX_RATIO),
    ].map((gate) => boundIfOwn(row, gate));
  });
}

/** Percentiles of each row that both have and could sustain. */
export function latencyGates(before: readonly LatencyRow[], now: readonly LatencyRow[]): Gate[] {
  return now.flatMap((row) => {
    const old = before.find(
      (each) => sameWork(each, row) && each.messagesPerSecond === row.messagesPerSecond,
    );
    if (old === undefined || !old.sustained) return [];
    return GATED_PERCENTILES.map((percentile) => {
      const figure = `${row.subject}, ${row.workload}, ${row.messagesPerSecond}/s: p${percentile}`;
      const ratio = percentileOf(row, percentile) / percentileOf(old, percentile);
      return boundIfOwn(row, atMost(figure, ratio, LATENCY_MAX_RATIO));
    });
  });
}

/** One line for each gate that has not passed. */
export function failureText(gates: readonly Gate[]): string {
  const failed = gates.filter((gate) => !gate.passed);
  const bounded = gates.filter((gate) => gate.bound !== null);
  const lines = failed.map(
    ({ figure, ratio, bound }) => `  ${figure}: ratio ${ratio.toFixed(2)}, must be ${bound}`,
  );
  return `${failed.length} of ${bounded.length} figures are worse:\n${lines.join('\n')}`;
}

interface Work {
  readonly subject: string;
  readonly workload: string;
}

function sameWork(a: Work, b: Work): boolean {
  return a.subject === b.subject && a.workload === b.workload;
}

function medianOf<Key extends string>(
  repetitions: readonly Readonly<Record<Key, number>>[],
  key: Key,
): number {
  return spreadOf(repetitions.map((each) => each[key])).median;
}

function percentileOf(row: LatencyRow, percentile: number): number {
  return spreadOf(row.repetitions.map((each) => each.percentilesNs[percentile])).median;
}

/** Other subjects than this broker are yardsticks: they fail nothing. */
function boundIfOwn({ subject }: Work, gate: Gate): Gate {
  return subject.startsWith(OWN_SUBJECTS) ? gate : { ...gate, bound: null, passed: true };
}

function atLeast(figure: string, ratio: number, bound: number): Gate {
  return { figure, ratio, bound: `>= ${bound}`, passed: ratio >= bound };
}

function atMost(figure: string, ratio: number, bound: number): Gate {
  return { figure, ratio, bound: `<= ${bound}`, passed: ratio <= bound };
}
