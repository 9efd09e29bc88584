import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NOT_SCHEDULED,
  TimerQueue,
  type TimerTask,
} from '../../src/amqp-control/queues/timer-queue.ts';
import { FUZZ_BUDGET } from './fuzz-budget.ts';

const NO_LIMIT = Infinity;

/** A task that writes its name into the journal. */
function task(
  journal: string[],
  name: string,
  also: (nowMs: number) => void = () => {},
): TimerTask {
  return {
    timerIndex: NOT_SCHEDULED,
    run: (nowMs) => {
      journal.push(name);
      also(nowMs);
    },
  };
}

describe('a timer queue', () => {
  it('is never due when nothing is scheduled', () => {
    const queue = new TimerQueue();
    expect([queue.size, queue.nextDueMs(), queue.runDue(10 ** 9, NO_LIMIT)]).toEqual([
      0,
      Infinity,
      0,
    ]);
  });

  it('runs what is due, earliest first, and leaves the rest', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    for (const dueMs of [30, 10, 40, 20]) queue.schedule(task(journal, `${dueMs}`), dueMs);
    expect(queue.nextDueMs()).toBe(10);
    expect(queue.runDue(30, NO_LIMIT)).toBe(3);
    expect(journal).toEqual(['10', '20', '30']);
    expect([queue.size, queue.nextDueMs()]).toEqual([1, 40]);
  });

  it('tells a task the time', () => {
    const queue = new TimerQueue();
    let toldMs = 0;
    queue.schedule(
      task([], 'clock', (nowMs) => {
        toldMs = nowMs;
      }),
      5,
    );
    queue.runDue(7, NO_LIMIT);
    expect(toldMs).toBe(7);
  });

  it('runs no more tasks at once than it is told to', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    for (const dueMs of [1, 2, 3]) queue.schedule(task(journal, `${dueMs}`), dueMs);
    expect(queue.runDue(10, 2)).toBe(2);
    expect(queue.nextDueMs()).toBe(3);
    expect(queue.runDue(10, 2)).toBe(1);
    expect(journal).toEqual(['1', '2', '3']);
  });

  it('moves a task that is scheduled again, to earlier or to later', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => task(journal, name));
    queue.schedule(a, 10);
    queue.schedule(b, 20);
    queue.schedule(c, 30);
    queue.schedule(a, 40);
    queue.schedule(c, 5);
    expect([queue.size, queue.dueMs(a), queue.dueMs(c)]).toEqual([3, 40, 5]);
    queue.runDue(50, NO_LIMIT);
    expect(journal).toEqual(['c', 'b', 'a']);
  });

  it('does not run a task that was cancelled', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    const [a, b] = ['a', 'b'].map((name) => task(journal, name));
    queue.schedule(a, 1);
    queue.schedule(b, 2);
    queue.cancel(a);
    queue.cancel(a);
    expect(queue.dueMs(a)).toBe(Infinity);
    queue.runDue(10, NO_LIMIT);
    expect(journal).toEqual(['b']);
  });

  it('leaves a task alone that another queue has', () => {
    const queue = new TimerQueue();
    const other = new TimerQueue();
    const journal: string[] = [];
    const a = task(journal, 'a');
    queue.schedule(a, 1);
    other.schedule(task(journal, 'b'), 1);
    other.cancel(a);
    expect([queue.size, other.size]).toEqual([1, 1]);
  });

  it('lets a task schedule itself again, and cancel others, while it runs', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    const victim = task(journal, 'victim');
    const again = task(journal, 'again', (nowMs) => {
      queue.cancel(victim);
      queue.schedule(again, nowMs + 10);
    });
    queue.schedule(again, 1);
    queue.schedule(victim, 2);
    expect(queue.runDue(5, NO_LIMIT)).toBe(1);
    expect([journal, queue.size, queue.nextDueMs()]).toEqual([['again'], 1, 15]);
  });

  it('stays in order when a task throws', () => {
    const queue = new TimerQueue();
    const journal: string[] = [];
    const failing = task(journal, 'failing', () => {
      throw new Error('failed');
    });
    queue.schedule(failing, 1);
    queue.schedule(task(journal, 'next'), 2);
    expect(() => queue.runDue(10, NO_LIMIT)).toThrow('failed');
    expect(queue.dueMs(failing)).toBe(Infinity);
    queue.runDue(10, NO_LIMIT);
    expect(journal).toEqual(['failing', 'next']);
  });

  it('keeps order through any scheduling, moving and cancelling', () => {
    const step = fc.tuple(fc.nat(30), fc.oneof(fc.nat(100), fc.constant(-1)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const queue = new TimerQueue();
        const journal: string[] = [];
        const tasks = Array.from({ length: 31 }, (_, i) => task(journal, `${i}`));
        const dueTimesMs = new Map<number, number>();
        for (const [index, dueMs] of steps) {
          if (dueMs < 0) {
            queue.cancel(tasks[index]);
            dueTimesMs.delete(index);
          } else {
            queue.schedule(tasks[index], dueMs);
            dueTimesMs.set(index, dueMs);
          }
          expect(queue.nextDueMs()).toBe(Math.min(...dueTimesMs.values()));
        }
        queue.runDue(100, NO_LIMIT);
        const ranAtMs = journal.map((name) => dueTimesMs.get(Number(name)));
        expect(journal).toHaveLength(dueTimesMs.size);
        expect(ranAtMs).toEqual([...dueTimesMs.values()].sort((a, b) => a - b));
      }),
      FUZZ_BUDGET,
    );
  });
});
