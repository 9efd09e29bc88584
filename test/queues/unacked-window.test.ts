import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnackedWindow } from '../../src/amqp-control/queues/unacked-window.ts';
import { FUZZ_BUDGET } from './fuzz-budget.ts';

interface Named {
  readonly name: string;
}

const log: Named = { name: 'log' };
const otherLog: Named = { name: 'other log' };
const consumer: Named = { name: 'consumer' };

function newWindow(deliveries = 0): UnackedWindow<Named, Named> {
  const window = new UnackedWindow<Named, Named>();
  for (let i = 1; i <= deliveries; i++) window.push(log, i * 10, consumer);
  return window;
}

function waitingTags(window: UnackedWindow<Named, Named>): number[] {
  const tags: number[] = [];
  for (let tag = window.first; tag !== 0; tag = window.next(tag)) tags.push(tag);
  return tags;
}

describe('an empty window', () => {
  it('knows no tag', () => {
    const window = newWindow();
    expect([window.size, window.first, window.last, window.next(0)]).toEqual([0, 0, 0, 0]);
    expect([window.entryLog(1), window.entryPosition(1), window.entryConsumer(1)]).toEqual([
      null,
      -1,
      null,
    ]);
    expect(window.remove(1)).toBe(false);
  });

  it('holds no memory before its first delivery', () => {
    expect(newWindow().capacity).toBe(0);
  });
});

describe('deliveries', () => {
  it('get the tags 1, 2, 3 …, whatever is removed meanwhile', () => {
    const window = newWindow();
    expect(window.push(log, 5, consumer)).toBe(1);
    window.remove(1);
    expect(window.push(log, 6, consumer)).toBe(2);
    expect([window.first, window.last]).toEqual([2, 2]);
  });

  it('are found by their tags', () => {
    const window = newWindow();
    window.push(log, 5, consumer);
    window.push(otherLog, 2 ** 40, null);
    expect([window.entryLog(1), window.entryPosition(1), window.entryConsumer(1)]).toEqual([
      log,
      5,
      consumer,
    ]);
    expect([window.entryLog(2), window.entryPosition(2), window.entryConsumer(2)]).toEqual([
      otherLog,
      2 ** 40,
      null,
    ]);
  });

  it('are not found by tags that were never given out', () => {
    const window = newWindow(3);
    for (const tag of [0, 4, 2 ** 53, -1]) expect(window.entryLog(tag)).toBe(null);
  });

  it('can be removed out of order, each once', () => {
    const window = newWindow(5);
    expect([3, 1, 3, 2].map((tag) => window.remove(tag))).toEqual([true, true, false, true]);
    expect(waitingTags(window)).toEqual([4, 5]);
    expect([window.size, window.first, window.last]).toEqual([2, 4, 5]);
  });

  it('are acknowledged up to a tag by removing the first again and again', () => {
    const window = newWindow(100);
    window.remove(2);
    while (window.size > 0 && window.first <= 60) window.remove(window.first);
    expect([window.size, window.first]).toEqual([40, 61]);
  });

  it('are all forgotten by clear, and tags go on', () => {
    const window = newWindow(40);
    window.clear();
    expect([window.size, window.first, window.last]).toEqual([0, 0, 40]);
    expect(window.entryLog(40)).toBe(null);
    expect(window.push(log, 1, null)).toBe(41);
    expect(waitingTags(window)).toEqual([41]);
  });
});

describe('memory of a window', () => {
  it('does not grow while deliveries pass one that is never acknowledged', () => {
    const window = newWindow(1);
    for (let i = 0; i < 100_000; i++) window.remove(window.push(log, i, consumer));
    expect(window.capacity).toBeLessThanOrEqual(64);
    expect([window.size, window.first, window.entryPosition(1)]).toEqual([1, 1, 10]);
  });

  it('is given back when a peak is over', () => {
    const window = newWindow(100_000);
    const peak = window.capacity;
    while (window.first <= 99_990) window.remove(window.first);
    expect(window.capacity).toBeLessThan(peak / 50);
    expect(waitingTags(window)).toHaveLength(10);
    expect(window.entryPosition(99_995)).toBe(999_950);
  });
});

it('a window behaves like a map from tags to deliveries', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const window = newWindow();
      const model = new Map<number, number>();
      for (const [index, tag] of steps.entries()) {
        if (tag === 0) model.set(window.push(log, index, consumer), index);
        else expect(window.remove(tag)).toBe(model.delete(tag));
      }
      expect(window.size).toBe(model.size);
      expect(waitingTags(window)).toEqual([...model.keys()]);
      for (let tag = 0; tag <= window.last + 1; tag++) {
        expect(window.entryPosition(tag)).toBe(model.get(tag) ?? -1);
      }
    }),
    FUZZ_BUDGET,
  );
});
