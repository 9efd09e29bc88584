/** What has a recorded course. */
export type ChartedKind = 'overview' | 'exchange' | 'queue' | 'connection';

/** One sample: `t` in milliseconds since 1970, figures a second by the API's names. */
export type RateSample = Readonly<Record<string, number>>;

export interface ChartData {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly incoming: readonly number[];
  readonly outgoing: readonly number[];
}

/** The figures that add up to what comes in and what goes out. */
const FIGURES: Readonly<
  Record<ChartedKind, { readonly in: readonly string[]; readonly out: readonly string[] }>
> = {
  overview: { in: ['publish'], out: ['deliver'] },
  exchange: { in: ['publish_in'], out: ['publish_out'] },
  queue: { in: ['publish'], out: ['deliver', 'deliver_no_ack', 'get', 'get_no_ack'] },
  connection: { in: ['octets_in'], out: ['octets_out'] },
};

/** Samples, oldest first, as lines of a chart. */
export function chartOf(kind: ChartedKind, samples: readonly RateSample[]): ChartData {
  const figures = FIGURES[kind];
  return {
    times: samples.map((sample) => (sample.t ?? 0) / 1000),
    incoming: samples.map((sample) => sum(sample, figures.in)),
    outgoing: samples.map((sample) => sum(sample, figures.out)),
  };
}

function sum(sample: RateSample, names: readonly string[]): number {
  return names.reduce((total, name) => total + (sample[name] ?? 0), 0);
}
