import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ENTRY, OctetIndex } from '../../src/routing/octet-index.ts';
import { wordsOf } from '../../src/routing/packed-key.ts';
import { fuzz } from './fuzz.ts';

const WIDE = { maxEntries: 100_000, maxKeyOctets: 10_000_000 };

function add(index: OctetIndex, key: string): number {
  const octets = Buffer.from(`<${key}>`);
  return index.add(wordsOf(octets), 1, octets.length - 1);
}

function find(index: OctetIndex, key: string): number {
  const octets = Buffer.from(`[[${key}]]`);
  return index.find(wordsOf(octets), 2, octets.length - 2);
}

describe('an octet index', () => {
  it('numbers keys in the order they come, and finds them wherever they lie', () => {
    const index = new OctetIndex(WIDE);
    const keys = ['', 'a', 'b', 'ab', 'x'.repeat(255)];
    expect(keys.map((key) => add(index, key))).toEqual([0, 1, 2, 3, 4]);
    expect(keys.map((key) => find(index, key))).toEqual([0, 1, 2, 3, 4]);
    expect(find(index, 'ba')).toBe(NO_ENTRY);
  });

  it('finds nearly all of many thousands of keys, and never a wrong one', () => {
    const index = new OctetIndex(WIDE);
    const entries = new Map<string, number>();
    for (let i = 0; i < 50_000; i++)
      entries.set(`device.${i}.state`, add(index, `device.${i}.state`));
    let missing = 0;
    let wrong = 0;
    for (const [key, entry] of entries) {
      const found = find(index, key);
      if (found === NO_ENTRY) missing++;
      else if (found !== entry) wrong++;
    }
    expect(wrong).toBe(0);
    expect(missing).toBeLessThan(50);
  });

  it('tells keys apart that differ in one octet or in their length only', () => {
    const index = new OctetIndex(WIDE);
    const keys = ['', '\0', '\0\0', 'ab', 'ba', 'ab\0', 'abcd', 'abcd\0', 'abce', 'abcde', 'abced'];
    for (let length = 1; length <= 255; length++) keys.push('z'.repeat(length));
    const numbers = keys.map((_, number) => number);
    expect(keys.map((key) => find(index, key))).toEqual(keys.map(() => NO_ENTRY));
    expect(keys.map((key) => add(index, key))).toEqual(numbers);
    expect(keys.map((key) => find(index, key))).toEqual(numbers);
  });

  it('keeps to its limits', () => {
    const few = new OctetIndex({ maxEntries: 2, maxKeyOctets: 100 });
    expect(['a', 'b', 'c'].map((key) => add(few, key))).toEqual([0, 1, NO_ENTRY]);
    const small = new OctetIndex({ maxEntries: 100, maxKeyOctets: 16 });
    expect(['1234', 'abcd', ''].map((key) => add(small, key))).toEqual([0, 1, NO_ENTRY]);
    expect(small.size).toBe(2);
    expect(few.hasRoomFor(1)).toBe(false);
  });

  it('finds what it has, whatever it was asked before', () => {
    const key = fc.oneof(
      fc.constantFrom('', 'a', 'b', 'abc', 'abcd', 'abcde', 'bbcde', 'abcdefgh', 'abcdefgi'),
      fc.string({ maxLength: 12 }),
    );
    const step = fc.oneof(
      { weight: 20, arbitrary: key },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    fuzz(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const index = new OctetIndex(WIDE);
        const entries = new Map<string, number>();
        for (const asked of steps) {
          if (asked === null) {
            index.clear();
            entries.clear();
            continue;
          }
          expect(find(index, asked)).toBe(entries.get(asked) ?? NO_ENTRY);
          if (!entries.has(asked)) entries.set(asked, add(index, asked));
        }
        expect([...entries.values()]).toEqual([...entries].map((_, number) => number));
      }),
    );
  });

  it('starts anew after it was cleared', () => {
    const index = new OctetIndex(WIDE);
    for (let i = 0; i < 1000; i++) add(index, `${i}`);
    index.clear();
    expect(index.size).toBe(0);
    expect(find(index, '5')).toBe(NO_ENTRY);
    expect(add(index, '5')).toBe(0);
    expect(find(index, '5')).toBe(0);
  });
});
