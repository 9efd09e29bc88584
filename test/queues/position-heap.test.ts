import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PositionHeap } from '../../src/amqp-control/queues/position-heap.ts';
import { FUZZ_BUDGET } from './fuzz-budget.ts';

describe('a position heap', () => {
  it('has nothing to give when it is empty', () => {
    const heap = new PositionHeap();
    expect([heap.peek(), heap.pop(), heap.size]).toEqual([-1, -1, 0]);
  });

  it('gives the smallest first, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.maxSafeNat()), (positions) => {
        const heap = new PositionHeap();
        for (const position of positions) heap.push(position);
        for (const position of [...positions].sort((a, b) => a - b)) {
          expect(heap.peek()).toBe(position);
          expect(heap.pop()).toBe(position);
        }
        expect(heap.size).toBe(0);
      }),
      FUZZ_BUDGET,
    );
  });
});
