import { describe, expect, it } from 'vitest';
import { Route } from '../../src/routing/route.ts';
import { RouteMemo } from '../../src/routing/route-memo.ts';
import { TopicPattern } from '../../src/routing/topic-pattern.ts';

const LIMITS = { maxEntries: 4, maxKeyOctets: 48 };
const route = new Route<object>([]);

function store(memo: RouteMemo<object>, key: string): void {
  memo.store(Buffer.from(key), 0, Buffer.byteLength(key), route);
}

function knows(memo: RouteMemo<object>, key: string): boolean {
  return memo.lookup(Buffer.from(key), 0, Buffer.byteLength(key)) === route;
}

describe('a route memo', () => {
  it('knows what was stored', () => {
    const memo = new RouteMemo<object>();
    store(memo, 'a');
    store(memo, '');
    expect(['a', '', 'b'].map((key) => knows(memo, key))).toEqual([true, true, false]);
  });

  it('forgets one key', () => {
    const memo = new RouteMemo<object>();
    store(memo, 'a');
    store(memo, 'b');
    memo.forgetKey(Buffer.from('a'));
    expect([knows(memo, 'a'), knows(memo, 'b')]).toEqual([false, true]);
    store(memo, 'a');
    expect(knows(memo, 'a')).toBe(true);
    expect(memo.size).toBe(2);
  });

  it('forgets the keys that match a pattern, and learns them anew', () => {
    const memo = new RouteMemo<object>();
    for (const key of ['a.b', 'a.c', 'b']) store(memo, key);
    memo.forgetMatching(new TopicPattern('a.*'));
    expect(['a.b', 'b'].map((key) => knows(memo, key))).toEqual([false, true]);
    store(memo, 'a.b');
    expect(knows(memo, 'a.b')).toBe(true);
    memo.forgetMatching(new TopicPattern('b'));
    expect(['a.b', 'a.c', 'b'].map((key) => knows(memo, key))).toEqual([true, false, false]);
  });

  it('keeps keys in use through any number of changes that do not concern them', () => {
    const memo = new RouteMemo<object>();
    store(memo, 'used');
    store(memo, 'unused');
    for (let i = 0; i < 1000; i++) {
      memo.forgetMatching(new TopicPattern(`other.${i}.#`));
      expect(knows(memo, 'used')).toBe(true);
    }
    expect(knows(memo, 'unused')).toBe(false);
  });

  it('never returns a route that one of many changes concerned', () => {
    for (let before = 0; before < 70; before++) {
      for (const after of [0, 1, 31, 32, 33, 64]) {
        const memo = new RouteMemo<object>();
        store(memo, 'used');
        for (let i = 0; i < before; i++) {
          memo.forgetMatching(new TopicPattern('x.*'));
          expect(knows(memo, 'used')).toBe(true);
        }
        store(memo, 'a.b');
        memo.forgetMatching(new TopicPattern('a.*'));
        for (let i = 0; i < after; i++) {
          memo.forgetMatching(new TopicPattern('x.*'));
          knows(memo, 'used');
        }
        expect(knows(memo, 'a.b')).toBe(false);
      }
    }
  });

  it('is empty once nothing in it is known any more', () => {
    const memo = new RouteMemo<object>();
    for (const key of ['a', 'b', 'c']) store(memo, key);
    for (let i = 0; i < 100; i++) memo.forgetMatching(new TopicPattern('x.*'));
    expect(memo.size).toBe(0);
  });

  it('starts again from nothing when it has too many keys', () => {
    const memo = new RouteMemo<object>(LIMITS);
    for (const key of ['a', 'b', 'c', 'd']) store(memo, key);
    expect(knows(memo, 'a')).toBe(true);
    store(memo, 'e');
    expect([memo.size, knows(memo, 'a'), knows(memo, 'e')]).toEqual([1, false, true]);
  });

  it('starts again from nothing when its keys have too many octets', () => {
    const memo = new RouteMemo<object>(LIMITS);
    store(memo, 'x'.repeat(30));
    store(memo, 'y'.repeat(10));
    expect([memo.size, knows(memo, 'y'.repeat(10))]).toEqual([1, true]);
    store(memo, 'z'.repeat(50));
    expect(knows(memo, 'z'.repeat(50))).toBe(false);
  });
});
