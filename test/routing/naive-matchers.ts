import type { FieldTable, FieldValue } from '../../src/wire/field-table.ts';

/** What a topic exchange shall do, word by word: the model that the trie is held against. */
export function topicMatches(pattern: readonly string[], words: readonly string[]): boolean {
  if (pattern.length === 0) return words.length === 0;
  const [first, ...rest] = pattern;
  if (first === '#') {
    return topicMatches(rest, words) || (words.length > 0 && topicMatches(pattern, words.slice(1)));
  }
  if (words.length === 0) return false;
  return (first === '*' || first === words[0]) && topicMatches(rest, words.slice(1));
}

/** The words of a key or pattern. */
export function wordsOf(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

/** What a headers exchange shall do, condition by condition; for values without Buffers. */
export function headersMatch(args: FieldTable, headers: FieldTable): boolean {
  const mode = String(args['x-match'] ?? 'all');
  const results = Object.entries(args)
    .filter(([name]) => name !== 'x-match')
    .filter(([name]) => mode.endsWith('-with-x') || !name.startsWith('x-'))
    .map(([name, value]) => isFulfilled(value, name, headers));
  return mode.startsWith('any') ? results.includes(true) : !results.includes(false);
}

function isFulfilled(value: FieldValue | undefined, name: string, headers: FieldTable): boolean {
  if (!Object.hasOwn(headers, name)) return false;
  return value === null || Object.is(value, headers[name]);
}
