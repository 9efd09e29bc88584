import { describe, expect, it } from 'vitest';
import { createDoorbells, Doorbell, Parking } from '../../src/ring/parking.ts';

const NOTHING = { hasPublished: () => false };
const WORK = { hasPublished: () => true };

function setUp() {
  const memory = createDoorbells(2);
  return {
    parking: Parking.attach(memory, 1),
    bell: Doorbell.attach(memory, 1),
    otherBell: Doorbell.attach(memory, 0),
  };
}

describe('a doorbell', () => {
  it('asks for no message while its thread is awake', () => {
    expect(setUp().bell.ring()).toBe(false);
  });

  it('asks exactly one of those who ring to post a message to a resting thread', () => {
    const { parking, bell } = setUp();
    expect(parking.restUnlessWork([NOTHING, NOTHING])).toBe(true);
    expect([bell.ring(), bell.ring(), bell.ring()]).toEqual([true, false, false]);
    expect(parking.restUnlessWork([])).toBe(true);
    expect(bell.ring()).toBe(true);
  });

  it('is not heard by other threads', () => {
    const { parking, otherBell } = setUp();
    parking.restUnlessWork([]);
    expect(otherBell.ring()).toBe(false);
  });

  it('asks for no message once the thread has risen for another reason', () => {
    const { parking, bell } = setUp();
    parking.restUnlessWork([]);
    parking.rise();
    expect(bell.ring()).toBe(false);
  });

  it('exists only for the threads there are', () => {
    const memory = createDoorbells(2);
    for (const thread of [-1, 2, 0.5]) {
      expect(() => Doorbell.attach(memory, thread)).toThrow(RangeError);
      expect(() => Parking.attach(memory, thread)).toThrow(RangeError);
    }
  });
});

describe('the place of a thread that sleeps', () => {
  /** Does `action` while the thread sleeps and lends its place. */
  function whileLent(parking: Parking, action: () => void): void {
    const asleep = {
      hasPublished: () => {
        action();
        return true;
      },
    };
    parking.sleepUnlessWork([asleep], 0, true);
  }

  it('is borrowed by one at a time', () => {
    const { parking, bell } = setUp();
    expect(bell.borrow(1)).toBe(false);
    whileLent(parking, () => {
      expect([bell.borrow(1), bell.borrow(2)]).toEqual([true, false]);
      expect([bell.isBorrowedBy(1), bell.isBorrowedBy(2)]).toEqual([true, false]);
      bell.giveBack(1, false);
      expect(bell.borrow(2)).toBe(true);
      bell.giveBack(2, true);
      expect(bell.borrow(1)).toBe(false);
    });
  });

  it('is given back to the thread, not lent again, when somebody has rung meanwhile', () => {
    const { parking, bell } = setUp();
    whileLent(parking, () => {
      bell.borrow(1);
      expect(bell.ring()).toBe(false);
      expect(bell.isBorrowedBy(1)).toBe(true);
      bell.giveBack(1, false);
      expect(bell.lends).toBe(false);
    });
  });

  it('is seized from a thread that has died as soon as nobody has it', () => {
    const { parking, bell } = setUp();
    whileLent(parking, () => {
      bell.borrow(1);
      expect(bell.seize()).toBe(false);
      bell.giveBack(1, false);
      expect(bell.seize()).toBe(true);
      expect(bell.borrow(1)).toBe(false);
    });
    whileLent(parking, () => expect(bell.seize()).toBe(true));
  });
});

describe('a thread', () => {
  it('does not rest beside work, wherever it is', () => {
    const { parking, bell } = setUp();
    expect(parking.restUnlessWork([NOTHING, WORK])).toBe(false);
    expect(bell.ring()).toBe(false);
  });
});
