import { describe, expect, it } from 'vitest';
import { PollSchedule } from '../../src/page/model/poll-schedule.ts';

describe('polling', () => {
  it('goes on at its interval while answers come', () => {
    const schedule = new PollSchedule(2000);
    expect(schedule.afterAnswer(30)).toBe(2000);
    expect(schedule.afterAnswer(30)).toBe(2000);
  });

  it('asks a slow server less often than it can answer', () => {
    expect(new PollSchedule(2000).afterAnswer(5000)).toBe(10_000);
  });

  it('backs off while nothing answers, up to half a minute', () => {
    const schedule = new PollSchedule(2000);
    const pauses = Array.from({ length: 6 }, () => schedule.afterFailure());
    expect(pauses).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is back at its interval with the first answer', () => {
    const schedule = new PollSchedule(2000);
    schedule.afterFailure();
    schedule.afterFailure();
    expect(schedule.afterAnswer(30)).toBe(2000);
    expect(schedule.afterFailure()).toBe(4000);
  });
});
