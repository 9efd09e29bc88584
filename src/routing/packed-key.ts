/** Octets of a packed word. */
export const WORD_OCTETS = 4;
/** Words of the longest key, 255 octets. */
export const KEY_WORDS_MAX = 64;

/** 2^32 divided by the golden ratio: an odd multiplier that spreads every bit to the left. */
const SPREAD = 0x9e3779b1;

/** The number of words that a key of `lengthOctets` takes. */
export function keyWords(lengthOctets: number): number {
  return (lengthOctets + WORD_OCTETS - 1) >>> 2;
}

/**
 * Packs the octets [from, to) of `b`, at most 255, into words, four octets each, the last one
 * padded with zeros. Returns a 32-bit hash of them.
 *
 * Comparing a key takes as long as reading it: so each octet is read once, and the words serve both
 * the hash and the comparison.
 */
export function packKey(b: Buffer, from: number, to: number, words: Int32Array): number {
  const wholeEnd = to - WORD_OCTETS + 1;
  let hash = to - from;
  let at = from;
  let next = 0;
  for (; at < wholeEnd; at += WORD_OCTETS) {
    const word = b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24);
    words[next++] = word;
    hash = Math.imul(hash ^ word, SPREAD);
    hash ^= hash >>> 15;
  }
  if (at < to) {
    let word = 0;
    for (; at < to; at++) word = (word << 8) | b[at];
    words[next] = word;
    hash = Math.imul(hash ^ word, SPREAD);
    hash ^= hash >>> 15;
  }
  return hash;
}
