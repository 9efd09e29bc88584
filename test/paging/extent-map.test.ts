import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EXTENT_UNIT_OCTETS,
  ExtentMap,
  extentOctets,
} from '../../src/amqp-control/paging/extent-map.ts';
import { FUZZ_BUDGET } from '../queues/fuzz-budget.ts';

const UNIT = EXTENT_UNIT_OCTETS;

describe('a map of extents', () => {
  it('rounds up to whole units', () => {
    expect(extentOctets(1)).toBe(UNIT);
    expect(extentOctets(UNIT)).toBe(UNIT);
    expect(extentOctets(UNIT + 1)).toBe(2 * UNIT);
  });

  it('uses what is free again before the file grows', () => {
    const map = new ExtentMap();
    const [first, second] = [map.allocate(2 * UNIT), map.allocate(UNIT)];
    map.free(first, 2 * UNIT);
    expect(map.allocate(UNIT)).toBe(first);
    expect(map.allocate(UNIT)).toBe(first + UNIT);
    expect(map.end).toBe(second + UNIT);
  });

  it('ends where the last extent does', () => {
    const map = new ExtentMap();
    const extents = [map.allocate(UNIT), map.allocate(UNIT), map.allocate(UNIT)];
    map.free(extents[1], UNIT);
    expect(map.end).toBe(3 * UNIT);
    map.free(extents[2], UNIT);
    expect(map.end).toBe(UNIT);
  });

  it('never gives out an octet twice, and forgets none, whatever is done to it', () => {
    const step = fc.record({ frees: fc.boolean(), units: fc.integer({ min: 1, max: 5 }) });
    const property = fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const map = new ExtentMap();
      const used = new Set<number>();
      for (const { frees, units } of steps) {
        if (frees) {
          const unit = [...used][(units * 7) % Math.max(1, used.size)];
          if (unit === undefined) continue;
          used.delete(unit);
          map.free(unit * UNIT, UNIT);
        } else {
          const at = map.allocate(units * UNIT) / UNIT;
          for (let unit = at; unit < at + units; unit++) {
            expect(used.has(unit)).toBe(false);
            used.add(unit);
          }
        }
        expect(map.usedOctets).toBe(used.size * UNIT);
        expect(map.end).toBe((Math.max(-1, ...used) + 1) * UNIT);
      }
    });
    fc.assert(property, FUZZ_BUDGET);
  });
});
