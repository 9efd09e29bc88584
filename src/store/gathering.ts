/**
 * How long the store waits between commits, so that it commits more at a time: a commit costs its
 * thread nearly the same for one message and for twenty, and on a machine that is used up others
 * miss what that thread takes.
 *
 * A pause costs those who wait for a confirm before they publish more, and only them. Nobody can
 * tell who does, so it is tried: what comes in during a span with pauses is compared with the span
 * before it, and the better way is kept for a while. It is not even tried where it has nothing to
 * give: few messages in a commit mean that nobody else comes meanwhile, when very many come,
 * commits are large by themselves, and on a machine with processors to spare a confirm can as well
 * come sooner.
 */

/** Pause after a commit, in milliseconds: a confirm comes later by so much at most. */
export const GATHER_MS = 8;

/** Length of a span that is compared, in milliseconds: dozens of commits, or six with pauses. */
const SPAN_MS = 50;

/** Longest such span, in milliseconds: traffic has paused, and what it says is not its rate. */
const SPAN_MAX_MS = 2 * SPAN_MS;

/**
 * Time for which what was found is kept, in milliseconds: twice as long each time that it is found
 * again. At first little depends on it, as a span in which traffic begins says little; in the end
 * comparing takes a twentieth of the time.
 */
const KEEP_MIN_MS = 250;
const KEEP_MAX_MS = 2000;

/** Messages of a commit, in the mean of a span, below which no others come while one is written. */
const MIN_MESSAGES = 2;

/** Messages a second above which a commit has dozens by itself. */
const MAX_RATE = 60_000;

/**
 * Processors of the machine that are idle in the mean, from which on it has some to spare: the
 * store then finds one that nobody else wants. Of a machine with a single one, half of it.
 */
const SPARE_PROCESSORS = 1;
const SPARE_PART = 0.5;

/** Part of the rate that pauses must leave. More would take chance for a loss. */
const MIN_KEPT = 0.8;

/** Measuring is without pauses, trying with them; then one of the two is kept. */
type Phase = 'measuring' | 'trying' | 'gathering' | 'prompt';

/** Time of all processors together since some moment, in any unit. */
export interface ProcessorTime {
  readonly processors: number;
  readonly idle: number;
  readonly total: number;
}

/** Decides on the pauses. */
export class Gathering {
  private phase: Phase = 'measuring';
  private startedMs: number;
  private messages = 0;
  private commits = 0;
  private plainRate = 0;
  private keepMs = KEEP_MIN_MS;
  private wasWorthIt = false;
  private readonly processorTime: () => ProcessorTime;
  private lastProcessorTime: ProcessorTime;

  /**
   * @param nowMs what a steady clock says, in milliseconds
   * @param processorTime is asked for when it matters, at most about four times a second
   */
  constructor(nowMs: number, processorTime: () => ProcessorTime) {
    this.startedMs = nowMs;
    this.processorTime = processorTime;
    this.lastProcessorTime = processorTime();
  }

  /**
   * To be called after each commit.
   * @param messages that came in with it, whether or not they had to be written
   * @param nowMs by the constructor's clock
   * @returns milliseconds to wait before anything is taken for the next one; 0 for none
   */
  committed(messages: number, nowMs: number): number {
    this.messages += messages;
    this.commits++;
    const spanMs = nowMs - this.startedMs;
    if (spanMs >= this.lengthMs) {
      this.phase = this.phaseAfter(spanMs);
      this.startedMs = nowMs;
      this.messages = 0;
      this.commits = 0;
    }
    return this.phase === 'trying' || this.phase === 'gathering' ? GATHER_MS : 0;
  }

  private get isComparing(): boolean {
    return this.phase === 'measuring' || this.phase === 'trying';
  }

  private get lengthMs(): number {
    return this.isComparing ? SPAN_MS : this.keepMs;
  }

  private phaseAfter(spanMs: number): Phase {
    if (!this.isComparing || spanMs > SPAN_MAX_MS) return 'measuring';
    const rate = (this.messages * 1000) / spanMs;
    if (this.phase === 'trying') return this.found(rate >= MIN_KEPT * this.plainRate);
    this.plainRate = rate;
    const mayGain = this.messages >= MIN_MESSAGES * this.commits && rate <= MAX_RATE;
    if (!mayGain) return 'measuring';
    return this.hasToSpare() ? this.found(false) : 'trying';
  }

  /** Whether the machine had processor time to spare since this was last asked. */
  private hasToSpare(): boolean {
    const last = this.lastProcessorTime;
    const now = this.processorTime();
    this.lastProcessorTime = now;
    const spare = Math.min(SPARE_PROCESSORS / now.processors, SPARE_PART);
    return now.idle - last.idle > spare * (now.total - last.total);
  }

  private found(isWorthIt: boolean): Phase {
    const isSame = isWorthIt === this.wasWorthIt;
    this.keepMs = isSame ? Math.min(2 * this.keepMs, KEEP_MAX_MS) : KEEP_MIN_MS;
    this.wasWorthIt = isWorthIt;
    return isWorthIt ? 'gathering' : 'prompt';
  }
}
