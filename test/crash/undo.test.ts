import { describe, expect, it } from 'vitest';
import { undoSome } from '../../crash/model/undo.ts';

/** A record of crash/native/power-cut.c. */
function record(at: number, length: number, old: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(BigInt(at));
  head.writeUInt32LE(length, 8);
  head.writeUInt32LE(old.length, 12);
  return Buffer.concat([head, old]);
}

const none = { below: () => 0 };
const all = { below: (limit: number) => limit - 1 };

describe('what a power cut undoes', () => {
  it('is nothing when everything reached the disk', () => {
    expect(undoSome(record(0, 512, Buffer.alloc(512, 'a')), all)).toEqual([]);
  });

  it('is everything back to the first version when nothing did', () => {
    const journal = Buffer.concat([
      record(1024, 512, Buffer.alloc(512, 'a')),
      record(1024, 512, Buffer.alloc(512, 'b')),
    ]);
    expect(undoSome(journal, none)).toEqual([{ at: 1024, octets: Buffer.alloc(512, 'a') }]);
  });

  it('is decided sector by sector', () => {
    let turn = 0;
    const second = { below: () => turn++ % 2 };
    const undone = undoSome(record(0, 1024, Buffer.alloc(1024, 'a')), second);
    expect(undone).toEqual([{ at: 0, octets: Buffer.alloc(512, 'a') }]);
  });

  it('is zeros where the file ended', () => {
    expect(undoSome(record(512, 512, Buffer.alloc(0)), none)).toEqual([
      { at: 512, octets: Buffer.alloc(512) },
    ]);
  });

  it('is not what an incomplete record speaks of', () => {
    const journal = record(0, 512, Buffer.alloc(512, 'a'));
    expect(undoSome(journal.subarray(0, 100), none)).toEqual([]);
  });
});
