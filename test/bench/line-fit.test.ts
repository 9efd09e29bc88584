import { describe, expect, it } from 'vitest';
import { lineThrough } from '../../bench/lib/line-fit.ts';

describe('the line through measured costs', () => {
  it('goes through points that lie on one', () => {
    const { fixed, slope } = lineThrough([16, 100, 1024, 8192].map((x) => [x, 20 + 0.25 * x]));
    expect(fixed).toBeCloseTo(20);
    expect(slope).toBeCloseTo(0.25);
  });

  it('heeds a small cost as much as a large one', () => {
    const { fixed } = lineThrough([
      [0, 10],
      [1000, 1000],
      [10_000, 12_000],
    ]);
    expect(fixed).toBeGreaterThan(9);
    expect(fixed).toBeLessThan(11);
  });

  it('is level through a single point', () => {
    expect(lineThrough([[16, 30]])).toEqual({ fixed: 30, slope: 0 });
  });
});
