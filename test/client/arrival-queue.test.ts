import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/client/amqp/tally.ts';
import { ArrivalQueue } from '../../src/client/arrival-queue.ts';
import type { OverflowAction } from '../../src/client/index.ts';

function fill(action: OverflowAction, count: number) {
  const tally = new Tally();
  const overflows: OverflowAction[] = [];
  const queue = new ArrivalQueue<number>(4, action, tally, (what) => overflows.push(what));
  for (let i = 0; i < count; i++) queue.push(i);
  return { tally, overflows, queue };
}

function drain(queue: ArrivalQueue<number>): number[] {
  const items: number[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) items.push(next);
  return items;
}

describe('the arrival queue', () => {
  it.each([
    ['warn', [0, 1, 2, 3, 4, 5], 0],
    ['trim', [2, 3, 4, 5], 2],
    ['drop', [0, 1, 2, 3], 2],
    ['kill', [0, 1, 2, 3], 2],
  ] as const)('with the action %s keeps what it should', (action, kept, discarded) => {
    const { queue, tally, overflows } = fill(action, 6);
    expect(tally).toMatchObject({
      arrivalWaiting: kept.length,
      arrivalDiscarded: discarded,
      arrivalOverflows: 1,
    });
    expect(overflows).toEqual([action]);
    expect(drain(queue)).toEqual(kept);
    expect(tally.arrivalWaiting).toBe(0);
  });

  it('speaks again only after it has fallen below half', () => {
    const { queue, overflows } = fill('trim', 5);
    queue.shift();
    queue.push(5);
    queue.push(6);
    expect(overflows.length).toBe(1);
    while (queue.size > 1) queue.shift();
    for (let i = 0; i < 4; i++) queue.push(i);
    expect(overflows.length).toBe(2);
  });

  it('keeps the order over many messages', () => {
    const tally = new Tally();
    const queue = new ArrivalQueue<number>(Infinity, 'trim', tally, () => {});
    let next = 0;
    for (let i = 0; i < 10_000; i++) {
      queue.push(i);
      if (i % 3 !== 0) expect(queue.shift()).toBe(next++);
    }
    expect(queue.size).toBe(10_000 - next);
  });

  it('forgets everything when it is cleared', () => {
    const { queue, tally } = fill('warn', 3);
    queue.clear();
    expect(queue.size).toBe(0);
    expect(tally.arrivalWaiting).toBe(0);
  });
});
