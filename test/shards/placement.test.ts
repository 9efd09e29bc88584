import { describe, expect, it } from 'vitest';
import { shardOf } from '../../src/shards/placement.ts';

describe('the shard of an exchange', () => {
  it('is the same in every run', () => {
    expect(shardOf('/', 'amq.topic', 1)).toBe(0);
    // The numbers mean nothing, but they must not change.
    const shards = ['orders', 'prices', ''].map((name) => shardOf('/', name, 1000));
    expect(shards).toEqual([478, 816, 943]);
  });

  it('depends on both names', () => {
    const places = new Set([
      shardOf('a', 'bc', 1e6),
      shardOf('ab', 'c', 1e6),
      shardOf('', 'abc', 1e6),
    ]);
    expect(places.size).toBe(3);
  });

  it('is each of them for about as many exchanges', () => {
    const counts = new Array(8).fill(0);
    for (let i = 0; i < 8000; i++) counts[shardOf('/', `exchange-${i}`, 8)]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});
