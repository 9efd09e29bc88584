import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasWildcard, TopicPattern } from '../../src/routing/topic-pattern.ts';
import { fuzz } from './fuzz.ts';
import { topicMatches, wordsOf } from './naive-matchers.ts';

function matches(pattern: string, key: string): boolean {
  const octets = Buffer.from(`..${key}..`);
  return new TopicPattern(pattern).matches(octets, 2, octets.length - 2);
}

describe('a topic pattern', () => {
  it('matches octets like the model matches words', () => {
    const word = fc.constantFrom('a', 'bc', '', '*', '#', 'ż');
    const pattern = fc.array(word, { maxLength: 6 }).map((words) => words.join('.'));
    const key = fc
      .array(fc.constantFrom('a', 'bc', 'b', '', 'ż'), { maxLength: 7 })
      .map((words) => words.join('.'));
    fuzz(
      fc.property(pattern, key, (bound, sent) => {
        expect(matches(bound, sent)).toBe(topicMatches(wordsOf(bound), wordsOf(sent)));
      }),
    );
  });

  it('tells which patterns can match more than one key', () => {
    expect(['*', '#', 'a.*', '#.a', 'a.#.b'].filter(hasWildcard)).toHaveLength(5);
    expect(['', 'a', 'a*', '#a', 'a.b*.c', '.'].filter(hasWildcard)).toEqual([]);
  });
});
