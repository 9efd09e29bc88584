import { describe, expect, it } from 'vitest';
import { GATHER_MS, Gathering } from '../../src/store/gathering.ts';

/** Time that a commit takes, in milliseconds. */
const COMMIT_MS = 0.4;

/** Messages that come within so many milliseconds. */
type Traffic = (elapsedMs: number) => number;

/** Messages come at their pace, whatever the store does. */
const paced =
  (perSecond: number): Traffic =>
  (elapsedMs) =>
    (perSecond * elapsedMs) / 1000;

/** So many publishers, of whom each awaits the confirm of its message before the next one. */
const awaiting =
  (publishers: number): Traffic =>
  () =>
    publishers;

/** A store on a clock of its own. */
class Run {
  nowMs = 0;
  messages = 0;
  commits = 0;
  pausedMs = 0;
  /** How many of the processors are idle, in the mean. */
  idle = 0;
  private idleMs = 0;
  private readonly gathering: Gathering;
  private cycleMs = COMMIT_MS;

  constructor(processors = 2) {
    this.gathering = new Gathering(0, () => ({
      processors,
      idle: this.idleMs,
      total: this.nowMs * processors,
    }));
  }

  /** Commits what comes until `spanMs` later. */
  go(traffic: Traffic, spanMs: number): this {
    const endMs = this.nowMs + spanMs;
    while (this.nowMs < endMs) {
      const messages = traffic(this.cycleMs);
      this.pass(COMMIT_MS);
      const pauseMs = this.gathering.committed(messages, this.nowMs);
      this.pass(pauseMs);
      this.cycleMs = COMMIT_MS + pauseMs;
      this.messages += messages;
      this.commits++;
      this.pausedMs += pauseMs;
    }
    return this;
  }

  private pass(ms: number): void {
    this.nowMs += ms;
    this.idleMs += ms * this.idle;
  }
}

describe('commits', () => {
  it('gather what comes at a pace of its own', () => {
    const run = new Run().go(paced(10_000), 10_000);
    expect(run.commits).toBeLessThan(0.3 * (run.nowMs / COMMIT_MS));
    expect(run.messages / run.nowMs).toBeCloseTo(10, 0);
  });

  it('hardly wait while publishers await their confirms', () => {
    for (const publishers of [2, 8, 20]) {
      const run = new Run().go(awaiting(publishers), 10_000);
      expect(run.commits).toBeGreaterThan(0.94 * (run.nowMs / COMMIT_MS));
    }
  });

  it('never wait for a publisher that is alone with one message', () => {
    expect(new Run().go(awaiting(1), 10_000).pausedMs).toBe(0);
  });

  it('never wait when they are large by themselves', () => {
    expect(new Run().go(paced(200_000), 10_000).pausedMs).toBe(0);
  });

  it('never wait when no messages come with them', () => {
    expect(new Run().go(paced(0), 10_000).pausedMs).toBe(0);
  });

  it('stop gathering within two seconds or so when those that come await their confirms', () => {
    const run = new Run().go(paced(10_000), 5_000).go(awaiting(8), 2_200);
    const { nowMs, commits } = run;
    run.go(awaiting(8), 5_000);
    expect(run.commits - commits).toBeGreaterThan(0.9 * ((run.nowMs - nowMs) / COMMIT_MS));
  });

  it('begin gathering within two seconds or so when those that come need no confirms', () => {
    const run = new Run().go(awaiting(8), 5_000).go(paced(10_000), 2_200);
    const { nowMs, commits } = run;
    run.go(paced(10_000), 5_000);
    expect(run.commits - commits).toBeLessThan(0.3 * ((run.nowMs - nowMs) / COMMIT_MS));
  });

  it.each([
    [1, 0.6],
    [2, 1.1],
    [64, 1.1],
  ])('never wait while of %i processors %d are idle', (processors, idle) => {
    const run = new Run(processors);
    run.idle = idle;
    expect(run.go(paced(10_000), 10_000).pausedMs).toBe(0);
  });

  it('begin gathering within two seconds or so when the machine is used up', () => {
    const run = new Run();
    run.idle = 1.1;
    run.go(paced(10_000), 5_000);
    run.idle = 0.9;
    run.go(paced(10_000), 2_200);
    const { nowMs, commits } = run;
    run.go(paced(10_000), 5_000);
    expect(run.commits - commits).toBeLessThan(0.3 * ((run.nowMs - nowMs) / COMMIT_MS));
  });

  it('take no conclusion from a span in which nothing came for a while', () => {
    const run = new Run().go(awaiting(8), 40);
    run.nowMs += 60_000;
    run.go(awaiting(8), 40);
    expect(run.pausedMs).toBe(0);
  });

  it('are never put off for longer than the bound', () => {
    const gathering = new Gathering(0, () => ({ processors: 2, idle: 0, total: 0 }));
    const pauses = new Set<number>();
    for (let ms = 0; ms < 10_000; ms++) pauses.add(gathering.committed(5, ms));
    expect([...pauses].sort()).toEqual([0, GATHER_MS]);
  });
});
