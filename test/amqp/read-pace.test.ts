import { describe, expect, it } from 'vitest';
import {
  READ_OCTETS_MAX,
  READ_OCTETS_MIN,
  ReadPace,
} from '../../src/amqp-control/net/read-pace.ts';

const LITTLE_WORK_US = 10;
const MUCH_WORK_US = 1000;

function paceAfter(reads: number, workUs: number, consumersLag: boolean): number {
  const pace = new ReadPace();
  for (let i = 0; i < reads; i++) pace.noteFullRead(workUs, consumersLag);
  return pace.octets;
}

describe('the octets read from one socket before the others have their turn', () => {
  it('grow, to a limit, while they are little work', () => {
    expect(paceAfter(1, LITTLE_WORK_US, false)).toBe(2 * new ReadPace().octets);
    expect(paceAfter(100, LITTLE_WORK_US, false)).toBe(READ_OCTETS_MAX);
  });

  it('shrink, to a limit, while they are much work', () => {
    expect(paceAfter(1, MUCH_WORK_US, false)).toBe(new ReadPace().octets / 2);
    expect(paceAfter(100, MUCH_WORK_US, false)).toBe(READ_OCTETS_MIN);
  });

  it('shrink while consumers lag, however little work they are', () => {
    expect(paceAfter(100, LITTLE_WORK_US, true)).toBe(READ_OCTETS_MIN);
  });

  it('grow again when the consumers have caught up', () => {
    const pace = new ReadPace();
    pace.noteFullRead(LITTLE_WORK_US, true);
    const slow = pace.octets;
    pace.noteFullRead(LITTLE_WORK_US, false);
    expect(pace.octets).toBeGreaterThan(slow);
  });
});
