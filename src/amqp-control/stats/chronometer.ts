import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { LogHistogram } from './log-histogram.ts';
import { ObjectLatencies } from './object-latencies.ts';

/**
 * Where a message's time goes, as in OpenAMQ: in the publisher (if its header `created_in_ms` says
 * since when, and `timestamp_in_ms` when it sent it), between the publisher and us, in the broker
 * until it lies in a queue or in a consumer's outbox, and from there until the kernel has it.
 */
export const STAGES = ['client', 'network_in', 'broker', 'network_out'] as const;
export type Stage = (typeof STAGES)[number];

/** Percentiles shown of each stage. */
const PERCENTILES = { p50: 50, p90: 90, p99: 99, p999: 99.9 } as const;
/** Figures cover one to two of these, in milliseconds: enough for a p99, soon enough to see. */
const PERIOD_MS = 60_000;
/** Clocks of two machines that differ by more say nothing of the network, in milliseconds. */
const SKEW_MAX_MS = 60_000;
/** What says that it was made longer ago than an hour, in milliseconds, means something else. */
const WAIT_MAX_MS = 3_600_000;
const MICROS_PER_MS = 1000;

/** What a stage took, in microseconds. */
export type StageReport = Readonly<
  Record<keyof typeof PERCENTILES | 'mean' | 'max', number> & { stage: Stage; count: number }
>;

interface Period {
  readonly startedAtMs: number;
  readonly stages: Readonly<Record<Stage, RecordableHistogram>>;
}

/**
 * Times one read from a socket in so many: what it brought, and what followed from it. Time comes
 * in as numbers; all that the other reads cost is counting down.
 */
export class Chronometer {
  /** The read under way is being timed. */
  running = false;
  private readonly every: number;
  private left: number;
  private current: Period;
  private previous: Period | null = null;
  private readAtMs = 0;
  private doneAtMs = 0;
  private flushes = false;
  private readonly objects = new ObjectLatencies();

  /** @param every one read in so many is timed */
  constructor(every: number, nowMs: number) {
    this.every = every;
    this.left = every;
    this.current = newPeriod(nowMs);
  }

  /** A read begins. @returns whether it is to be timed, by `start` */
  due(): boolean {
    this.left--;
    if (this.left > 0) return false;
    this.left = this.every;
    return true;
  }

  /** @param nowMs with fractions, on a clock that never goes back */
  start(nowMs: number): void {
    this.running = true;
    this.readAtMs = nowMs;
    if (nowMs - this.current.startedAtMs < PERIOD_MS) return;
    this.previous = this.current;
    this.current = newPeriod(nowMs);
    this.objects.turnOver();
  }

  /** A message of the read under way goes through this exchange or queue, or by this connection. */
  touch(object: object): void {
    this.objects.touch(object);
  }

  /**
   * A message of the read under way says when it was made and when it was sent, by one clock.
   */
  waited(createdAtMs: number, sentAtMs: number): void {
    const tookMs = sentAtMs - createdAtMs;
    if (tookMs >= 0 && tookMs < WAIT_MAX_MS) this.record('client', tookMs);
  }

  /**
   * A message of the read under way says when it was sent. Both times since the epoch.
   * @param connection and `exchange`: as for `touch`
   */
  sent(sentAtMs: number, nowMs: number, connection: object, exchange: object): void {
    const tookMs = nowMs - sentAtMs;
    if (tookMs < 0 || tookMs >= SKEW_MAX_MS) return;
    this.record('network_in', tookMs);
    this.objects.arrived(connection, tookMs * MICROS_PER_MS);
    this.objects.arrived(exchange, tookMs * MICROS_PER_MS);
  }

  /** What the read brought is in queues and outboxes. */
  done(nowMs: number): void {
    this.running = false;
    this.record('broker', nowMs - this.readAtMs);
    this.objects.done((nowMs - this.readAtMs) * MICROS_PER_MS);
    this.doneAtMs = nowMs;
    this.flushes = true;
  }

  /** Outboxes have been handed to the kernel. */
  flushed(nowMs: number): void {
    if (!this.flushes) return;
    this.flushes = false;
    this.record('network_out', nowMs - this.doneAtMs);
  }

  /** Whether `flushed` is waited for. */
  get awaitsFlush(): boolean {
    return this.flushes;
  }

  report(): StageReport[] {
    return STAGES.map((stage) => {
      const both = createHistogram();
      if (this.previous !== null) both.add(this.previous.stages[stage]);
      both.add(this.current.stages[stage]);
      return stageReport(stage, both);
    });
  }

  /** What stages took for an exchange, queue or connection; ones without samples are left out. */
  reportOf(object: object): StageReport[] {
    return Object.entries(this.objects.of(object))
      .filter(([, histogram]) => histogram.count > 0)
      .map(([stage, histogram]) => objectStageReport(stage as Stage, histogram));
  }

  private record(stage: Stage, ms: number): void {
    this.current.stages[stage].record(Math.max(1, Math.round(ms * 1e6)));
  }
}

function newPeriod(startedAtMs: number): Period {
  const stages = STAGES.map((stage) => [stage, createHistogram()]);
  return { startedAtMs, stages: Object.fromEntries(stages) as Period['stages'] };
}

function objectStageReport(stage: Stage, histogram: LogHistogram): StageReport {
  const rounded = (micros: number) => Math.round(micros * 100) / 100;
  const { count, meanMicros, maxMicros } = histogram;
  return {
    ...reportOf(stage, count, (percent) => rounded(histogram.percentile(percent))),
    mean: rounded(meanMicros),
    max: rounded(maxMicros),
  };
}

function stageReport(stage: Stage, histogram: RecordableHistogram): StageReport {
  const empty = histogram.count === 0;
  const micros = (nanos: number) => (empty ? 0 : Math.round(nanos / 10) / 100);
  const { count, mean, max } = histogram;
  return {
    ...reportOf(stage, count, (percent) => micros(histogram.percentile(percent))),
    mean: micros(mean),
    max: micros(max),
  };
}

/** All of a report but mean and maximum; `micros` gives the value at a percentile. */
function reportOf(
  stage: Stage,
  count: number,
  micros: (percent: number) => number,
): Omit<StageReport, 'mean' | 'max'> {
  const percentiles = Object.entries(PERCENTILES).map(([name, at]) => [name, micros(at)]);
  const values = Object.fromEntries(percentiles) as Record<keyof typeof PERCENTILES, number>;
  return { stage, count, ...values };
}
