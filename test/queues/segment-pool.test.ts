import { describe, expect, it } from 'vitest';
import {
  SEGMENT_MAX_OCTETS,
  SEGMENT_MIN_OCTETS,
  SegmentPool,
} from '../../src/amqp-control/queues/segment-pool.ts';

describe('a segment pool', () => {
  it('lends segments of the preferred size, from the smallest to the largest', () => {
    const pool = new SegmentPool();
    const capacityFor = (preferredOctets: number) =>
      pool.acquire(preferredOctets, 64, 0).capacityOctets;
    expect([0, 512, 513, 4096, 131_073, 10 ** 9].map(capacityFor)).toEqual([
      SEGMENT_MIN_OCTETS,
      512,
      1024,
      4096,
      SEGMENT_MAX_OCTETS,
      SEGMENT_MAX_OCTETS,
    ]);
  });

  it('lends a segment that the record fits into, whatever is preferred', () => {
    const pool = new SegmentPool();
    const capacityFor = (recordOctets: number) => pool.acquire(0, recordOctets, 0).capacityOctets;
    expect([520, 1024, 1032, SEGMENT_MAX_OCTETS].map(capacityFor)).toEqual([
      1024,
      1024,
      2048,
      SEGMENT_MAX_OCTETS,
    ]);
  });

  it('lends a segment again that was given back, empty and at its new place', () => {
    const pool = new SegmentPool();
    const first = pool.acquire(512, 64, 0);
    first.writtenOctets = 64;
    pool.release(first);
    expect(pool.idleOctets).toBe(512);
    const second = pool.acquire(512, 64, 1000);
    expect(second).toBe(first);
    expect([second.writtenOctets, second.liveCount, second.basePosition]).toEqual([0, 0, 1000]);
    expect(pool.idleOctets).toBe(0);
  });

  it('never lends one segment twice', () => {
    const pool = new SegmentPool();
    expect(pool.acquire(512, 64, 0)).not.toBe(pool.acquire(512, 64, 0));
  });

  it('keeps no more idle octets than it may', () => {
    const pool = new SegmentPool(1024);
    const segments = [0, 1, 2].map(() => pool.acquire(512, 64, 0));
    for (const segment of segments) pool.release(segment);
    expect(pool.idleOctets).toBe(1024);
  });

  it('makes a segment of its own for a giant record and does not keep it', () => {
    const pool = new SegmentPool();
    const giant = pool.acquire(0, SEGMENT_MAX_OCTETS + 8, 0);
    expect(giant.capacityOctets).toBe(SEGMENT_MAX_OCTETS + 8);
    pool.release(giant);
    expect(pool.idleOctets).toBe(0);
  });
});
