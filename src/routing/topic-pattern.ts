import { octetsEqual } from '../wire/octets.ts';

/** Stands for exactly one word of a routing key. */
export const ANY_WORD = '*';
/** Stands for any number of words, also none. */
export const ANY_WORDS = '#';

const DOT = 0x2e;

/**
 * The words of a routing key or of a pattern. Two dots in a row have an empty word between them;
 * the empty key has no words at all, so that `#` matches it and `*` does not (as in RabbitMQ).
 */
export function topicWords(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

/** Whether `pattern` can match any other routing key than itself. */
export function hasWildcard(pattern: string): boolean {
  const words = topicWords(pattern);
  return words.includes(ANY_WORD) || words.includes(ANY_WORDS);
}

/**
 * One pattern, matched against the octets of routing keys: tells which remembered routes a
 * topic binding concerns.
 */
export class TopicPattern {
  private readonly words: readonly string[];
  private readonly octets: readonly Buffer[];

  constructor(pattern: string) {
    this.words = topicWords(pattern);
    this.octets = this.words.map((word) => Buffer.from(word));
  }

  /**
   * Whether the routing key in the octets [from, to) of `b` matches. Takes at most the product of
   * both lengths: a word that doesn't fit sends us back only to the last `#`, which then swallows
   * one word more.
   */
  matches(b: Buffer, from: number, to: number): boolean {
    const words = this.words;
    // A key ends in an imaginary dot at `to`: behind it, at to + 1, no word is left.
    let at = from === to ? to + 1 : from;
    let next = 0;
    let resumeAt = -1;
    let resumeNext = -1;
    while (at <= to) {
      if (next < words.length && words[next] === ANY_WORDS) {
        next++;
        resumeAt = at;
        resumeNext = next;
        continue;
      }
      const end = wordEnd(b, at, to);
      if (next < words.length && this.wordMatches(next, b, at, end)) {
        next++;
        at = end + 1;
        continue;
      }
      if (resumeNext < 0) return false;
      resumeAt = wordEnd(b, resumeAt, to) + 1;
      at = resumeAt;
      next = resumeNext;
    }
    while (next < words.length && words[next] === ANY_WORDS) next++;
    return next === words.length;
  }

  private wordMatches(index: number, b: Buffer, from: number, to: number): boolean {
    if (this.words[index] === ANY_WORD) return true;
    const word = this.octets[index];
    return word.length === to - from && octetsEqual(word, 0, b, from, word.length);
  }
}

function wordEnd(b: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && b[at] !== DOT) at++;
  return at;
}
