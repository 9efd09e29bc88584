import { describe, expect, it } from 'vitest';
import {
  LATENCY_COUNTS_LENGTH,
  latencyAtIndex,
  latencyIndex,
} from '../../bench/pump/latency-counts.ts';

describe('counts of latencies', () => {
  it('keep every latency to a thousandth', () => {
    for (let units = 0; units < 2 ** 31; units = Math.ceil(units * 1.01) + 1) {
      const least = latencyAtIndex(latencyIndex(units));
      expect(least).toBeLessThanOrEqual(units);
      expect(units - least).toBeLessThanOrEqual(units / 1000);
    }
  });

  it('have a count for every index that is used, each for latencies of its own', () => {
    for (let index = 0; index < LATENCY_COUNTS_LENGTH; index++) {
      expect(latencyIndex(latencyAtIndex(index))).toBe(index);
    }
  });

  it('put what is out of range at the ends', () => {
    expect(latencyIndex(-5)).toBe(0);
    expect(latencyIndex(2 ** 40)).toBe(LATENCY_COUNTS_LENGTH - 1);
  });
});
