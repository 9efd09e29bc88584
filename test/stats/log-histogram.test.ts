import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../src/amqp-control/stats/log-histogram.ts';

describe('a histogram of a thousand objects', () => {
  it('knows percentiles to within a fifth, and the mean and the longest exactly', () => {
    const histogram = new LogHistogram();
    for (let micros = 1; micros <= 10_000; micros++) histogram.record(micros);
    for (const percent of [1, 50, 90, 99, 99.9]) {
      const exact = percent * 100;
      expect(histogram.percentile(percent)).toBeGreaterThanOrEqual(exact);
      expect(histogram.percentile(percent)).toBeLessThanOrEqual(exact * 1.2);
    }
    expect(histogram.percentile(100)).toBe(10_000);
    expect(histogram.maxMicros).toBe(10_000);
    expect(histogram.meanMicros).toBe(5000.5);
  });

  it('takes anything, and says nothing of nothing', () => {
    const histogram = new LogHistogram();
    expect([histogram.percentile(50), histogram.meanMicros, histogram.count]).toEqual([0, 0, 0]);
    histogram.record(0);
    expect(histogram.percentile(99)).toBe(0);
    histogram.record(1e12);
    expect(histogram.percentile(50)).toBeLessThanOrEqual(1);
    expect(histogram.percentile(99)).toBe(1e12);
    expect(histogram.maxMicros).toBe(1e12);
  });

  it('adds up with another', () => {
    const [one, other] = [new LogHistogram(), new LogHistogram()];
    for (let i = 0; i < 99; i++) one.record(10);
    other.record(5000);
    one.add(other);
    expect(one.count).toBe(100);
    expect(one.percentile(99)).toBeLessThanOrEqual(12);
    expect(one.percentile(100)).toBe(5000);
  });
});
