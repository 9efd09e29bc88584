import { build, type Histogram } from 'hdr-histogram-js';
import { LATENCY_UNIT_NS, latencyAtIndex } from '../pump/latency-counts.ts';

/** Percentiles that are reported. */
export const PERCENTILES = [50, 90, 99, 99.9, 99.99, 100] as const;
const SIGNIFICANT_DIGITS = 3;
/** Twice the longest latency that is counted, 214 s, in nanoseconds. */
const LONGEST_NS = 2 ** 39;
const TICKS_PER_HALF_DISTANCE = 5;
const NS_PER_MICROSECOND = 1000;

/** One run at one rate. */
export interface LatencyRepetition {
  readonly publishedMessages: number;
  /** Messages that the rate asked for. */
  readonly scheduledMessages: number;
  /** Copies that a consumer should have had and did not get. */
  readonly droppedMessages: number;
  /** CPU seconds of the broker per second of the run. */
  readonly subjectCores: number;
  /** Nanoseconds from the intended time of sending to arrival, by percentile. */
  readonly percentilesNs: Readonly<Record<string, number>>;
}

/** A histogram, in nanoseconds, of what consumers have counted. */
export function histogramOf(counts: readonly Int32Array[]): Histogram {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_NS,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
  for (const each of counts) {
    each.forEach((count, index) => {
      if (count > 0) histogram.recordValueWithCount(latencyAtIndex(index) * LATENCY_UNIT_NS, count);
    });
  }
  return histogram;
}

/** Nanoseconds by percentile. */
export function percentilesOf(histogram: Histogram): Record<string, number> {
  return Object.fromEntries(
    PERCENTILES.map((percentile) => [percentile, histogram.getValueAtPercentile(percentile)]),
  );
}

/** The text of an .hgrm file, in microseconds, as HdrHistogram's own tools plot it. */
export function hgrmOf(histogram: Histogram): string {
  return histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, NS_PER_MICROSECOND);
}
