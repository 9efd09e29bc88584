import { beforeEach, describe, expect, it } from 'vitest';
import {
  DiskRoom,
  FREE_MIN_OCTETS,
  HEADROOM_OCTETS,
  REUSABLE_MIN_OCTETS,
  SHORT_BATCH_OCTETS,
} from '../../src/store/disk-room.ts';

const USUAL = 8 * SHORT_BATCH_OCTETS;

function room(freeOctets: number, reusableOctets = 0): DiskRoom {
  const found = new DiskRoom({
    freeOctets: () => freeOctets,
    reusableOctets: () => reusableOctets,
  });
  found.look(0, 0);
  return found;
}

describe('the room on the disk of a data directory', () => {
  it('is ample as long as all that can be under way would fit', () => {
    expect(room(HEADROOM_OCTETS).isAmple).toBe(true);
    expect(room(HEADROOM_OCTETS - 1).isAmple).toBe(false);
    expect(room(Infinity).isAmple).toBe(true);
  });

  it('is ample again when enough of the file is free to be used again', () => {
    expect(room(FREE_MIN_OCTETS, REUSABLE_MIN_OCTETS).isAmple).toBe(true);
    expect(room(FREE_MIN_OCTETS, REUSABLE_MIN_OCTETS - 1).isAmple).toBe(false);
    // The file may have to grow all the same, by a batch.
    expect(room(FREE_MIN_OCTETS - 1, REUSABLE_MIN_OCTETS).isAmple).toBe(false);
  });

  it('asks for small batches while it is short', () => {
    expect(room(HEADROOM_OCTETS).batchMaxOctets(USUAL)).toBe(USUAL);
    expect(room(HEADROOM_OCTETS - 1).batchMaxOctets(USUAL)).toBe(SHORT_BATCH_OCTETS);
  });

  describe('is looked at', () => {
    const MANY_OCTETS = 2 ** 22;
    let free: number;
    let looks: number;
    let found: DiskRoom;

    beforeEach(() => {
      free = 2 * HEADROOM_OCTETS;
      looks = 0;
      found = new DiskRoom({
        freeOctets: () => {
          looks++;
          return free;
        },
        reusableOctets: () => 0,
      });
      found.look(0, 0);
    });

    it('when it is asked to, and not before', () => {
      free = 0;
      expect(found.isAmple).toBe(true);
      found.look(1000, 0);
      expect(found.isAmple).toBe(false);
      free = HEADROOM_OCTETS;
      expect(found.isAmple).toBe(false);
      found.look(2000, 0);
      expect(found.isAmple).toBe(true);
    });

    it('some dozens of times a second, however often it is asked to', () => {
      for (let ms = 1; ms <= 1000; ms++) found.look(ms, 100);
      expect(looks).toBeGreaterThan(20);
      expect(looks).toBeLessThan(100);
    });

    it('whenever much was taken', () => {
      for (let i = 0; i < 10; i++) found.look(0.1, MANY_OCTETS);
      expect(looks).toBe(1 + 10);
    });

    it('each time while it is short', () => {
      free = HEADROOM_OCTETS - 1;
      found.look(1000, 0);
      free = HEADROOM_OCTETS;
      found.look(1000, 0);
      expect(found.isAmple).toBe(true);
    });
  });
});
