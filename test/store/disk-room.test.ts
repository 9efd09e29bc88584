import { describe, expect, it } from 'vitest';
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
  found.look();
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

  it('is looked at when it is asked to, and not before', () => {
    let free = 0;
    const found = new DiskRoom({ freeOctets: () => free, reusableOctets: () => 0 });
    expect(found.isAmple).toBe(true);
    found.look();
    expect(found.isAmple).toBe(false);
    free = HEADROOM_OCTETS;
    expect(found.isAmple).toBe(false);
    found.look();
    expect(found.isAmple).toBe(true);
  });
});
