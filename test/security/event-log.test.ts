import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../../src/amqp-control/event-log.ts';
import { TimerQueue } from '../../src/amqp-control/queues/timer-queue.ts';
import { silentLogger } from '../../src/logging.ts';

describe('events that clients cause', () => {
  const clock = { nowMs: 0 };
  let records: string[];
  let timers: TimerQueue;
  let events: EventLog;

  beforeEach(() => {
    clock.nowMs = 1000;
    records = [];
    timers = new TimerQueue();
    const warn = (fields: object, message: string) =>
      records.push(`${message} ${JSON.stringify(fields)}`);
    events = new EventLog({ ...silentLogger, warn }, timers, clock);
  });

  function write(count: number, message: string) {
    for (let i = 0; i < count; i++) events.write('warn', { i }, message);
  }

  it('are logged one by one while they are few', () => {
    write(50, 'refused');
    expect(records).toHaveLength(50);
    expect(timers.size).toBe(0);
  });

  it('are counted when they are many, and the count is logged when the second is over', () => {
    write(80, 'refused');
    write(1, 'other');
    expect(records).toHaveLength(51);
    timers.runDue(2000, 10);
    expect(records.at(-1)).toBe('refused (too many to log each) {"suppressed":30}');
    clock.nowMs = 2000;
    write(1, 'refused');
    expect(records.at(-1)).toBe('refused {"i":0}');
  });
});
