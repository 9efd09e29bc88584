import { describe, expect, it } from 'vitest';
import {
  copyOctets,
  cutText,
  encodeShortstr,
  hashOctets,
  octetsEqual,
  readUint16,
  readUint24,
  readUint32,
  readUint64,
  shortstrEnd,
  shortstrText,
  writeUint16,
  writeUint24,
  writeUint32,
  writeUint64,
} from '../../src/wire/octets.ts';

const MAX_UINT32 = 0xffffffff;

describe('integers in network byte order', () => {
  it('are read as Buffer reads them', () => {
    const b = Buffer.from('80ff01fe7f00a55aff', 'hex');
    for (let at = 0; at + 4 <= b.length; at++) {
      expect(readUint16(b, at)).toBe(b.readUInt16BE(at));
      expect(readUint24(b, at)).toBe(b.readUIntBE(at, 3));
      expect(readUint32(b, at)).toBe(b.readUInt32BE(at));
    }
  });

  it('of 64 bits are exact up to 2^53', () => {
    const b = Buffer.alloc(10);
    for (const value of [0, 1, MAX_UINT32, MAX_UINT32 + 1, 2 ** 53 - 1, 2 ** 53]) {
      writeUint64(b, value, 1);
      expect(b.readBigUInt64BE(1)).toBe(BigInt(value));
      expect(readUint64(b, 1)).toBe(value);
    }
  });

  it('are written without touching their neighbours', () => {
    const b = Buffer.alloc(9, 0x11);
    writeUint16(b, 0xfedc, 1);
    expect(b.toString('hex')).toBe('11fedc111111111111');
    writeUint24(b, 0xfedcba, 1);
    expect(b.toString('hex')).toBe('11fedcba1111111111');
    writeUint32(b, 0xfedcba98, 1);
    expect(b.toString('hex')).toBe('11fedcba9811111111');
  });
});

describe('comparing octets', () => {
  it('looks at the given length only', () => {
    const a = Buffer.from('xabcx');
    const b = Buffer.from('abcy');
    expect(octetsEqual(a, 1, b, 0, 3)).toBe(true);
    expect(octetsEqual(a, 1, b, 0, 4)).toBe(false);
    expect(octetsEqual(a, 0, b, 0, 0)).toBe(true);
  });

  it('sees a difference at any place', () => {
    const a = Buffer.from('abcdefgh');
    for (let at = 0; at < a.length; at++) {
      const b = Buffer.from(a);
      b[at] ^= 0x80;
      expect(octetsEqual(a, 0, b, 0, a.length)).toBe(false);
    }
  });
});

describe('copying octets', () => {
  it('copies exactly the range, whatever its length', () => {
    const source = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 0xff));
    for (const length of [0, 1, 7, 63, 64, 65, 66, 200]) {
      const target = Buffer.alloc(250, 0xee);
      copyOctets(source, 5, 5 + length, target, 3);
      const expected = Buffer.alloc(250, 0xee);
      source.copy(expected, 3, 5, 5 + length);
      expect(target).toEqual(expected);
    }
  });
});

describe('hashing octets', () => {
  it('depends on the octets, not on where they lie', () => {
    const key = Buffer.from('stock.nyse.ibm');
    for (let shift = 0; shift < 9; shift++) {
      const moved = Buffer.concat([Buffer.alloc(shift, 7), key, Buffer.from('tail')]);
      expect(hashOctets(moved, shift, shift + key.length)).toBe(hashOctets(key, 0, key.length));
    }
  });

  it('is an unsigned 32-bit number', () => {
    for (let i = 0; i < 1000; i++) {
      const key = Buffer.from(`key.${i}`);
      const hash = hashOctets(key, 0, key.length);
      expect(hash).toBe(hash >>> 0);
    }
  });

  it('spreads numbered keys over the slots of a table as evenly as chance would', () => {
    const slots = 1024;
    const used = new Uint16Array(slots);
    for (let i = 0; i < slots; i++) {
      const key = Buffer.from(`orders.eu.${i}`);
      used[hashOctets(key, 0, key.length) % slots]++;
    }
    // Random placement leaves 1/e of the slots empty (377); 450 is far outside of its variation.
    expect(used.filter((count) => count === 0).length).toBeLessThan(450);
  });

  it('distinguishes keys that differ in length only', () => {
    const zeros = Buffer.alloc(64);
    const hashes = new Set(Array.from({ length: 64 }, (_, i) => hashOctets(zeros, 0, i)));
    expect(hashes.size).toBe(64);
  });
});

describe('short strings', () => {
  it('survive encoding and decoding', () => {
    for (const text of ['', 'a', 'grün', '€', 'x'.repeat(255), '日本語'.repeat(28)]) {
      const b = Buffer.concat([Buffer.from([9]), encodeShortstr(text), Buffer.from([9])]);
      expect(shortstrText(b, 1)).toBe(text);
      expect(shortstrEnd(b, 1)).toBe(b.length - 1);
    }
  });

  it('longer than 255 octets are refused', () => {
    expect(() => encodeShortstr('x'.repeat(256))).toThrow(RangeError);
    expect(() => encodeShortstr('ü'.repeat(128))).toThrow(RangeError);
  });
});

describe('cutting a text', () => {
  it('never splits a character', () => {
    const text = 'aü€😀z';
    const cuts = Array.from({ length: 12 }, (_, octets) => cutText(text, octets));
    const expected = ['', 'a', 'a', 'aü', 'aü', 'aü', 'aü€', 'aü€', 'aü€', 'aü€', 'aü€😀', text];
    expect(cuts).toEqual(expected);
  });
});
