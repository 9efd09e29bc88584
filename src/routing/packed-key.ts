/** Octets of a packed word. */
export const WORD_OCTETS = 4;

/** The same, where V8 must know that it is a constant: imported ones it reads as variables. */
const STEP = 4;

/** 2^32 divided by the golden ratio: an odd multiplier that spreads every bit to the left. */
const SPREAD = 0x9e3779b1;

/** The buffer that was viewed last: keys come many in a row from the same one. */
let viewed: Buffer = Buffer.alloc(0);
let view: DataView = new DataView(viewed.buffer);

/** The octets of `b` as words at any offset, which compile to single loads. */
export function wordsOf(b: Buffer): DataView {
  if (b !== viewed) {
    viewed = b;
    view = new DataView(b.buffer, b.byteOffset, b.length);
  }
  return view;
}

/** The number of words that a key of `lengthOctets` takes. */
export function keyWords(lengthOctets: number): number {
  return (lengthOctets + STEP - 1) >>> 2;
}

/** A 32-bit hash of the octets [from, to) in `words`. */
export function hashKey(words: DataView, from: number, to: number): number {
  const lastAt = (to - STEP) | 0;
  if (lastAt < from) return mixed(to - from, shortWord(words, from, to));
  let hash = to - from;
  for (let at = from; at < lastAt; at = (at + STEP) | 0)
    hash = mixed(hash, words.getInt32(at, true));
  return mixed(hash, words.getInt32(lastAt, true));
}

/**
 * Packs the octets [from, to) in `words` into `keyWords` words of `target` from `index` on, four
 * octets each; the last word ends where the key does, and overlaps the one before.
 */
export function packKey(
  words: DataView,
  from: number,
  to: number,
  target: Int32Array,
  index: number,
): void {
  const lastAt = (to - STEP) | 0;
  if (lastAt < from) {
    if (from < to) target[index] = shortWord(words, from, to);
    return;
  }
  let next = index | 0;
  for (let at = from; at < lastAt; at = (at + STEP) | 0) target[next++] = words.getInt32(at, true);
  target[next] = words.getInt32(lastAt, true);
}

/** Whether the key packed in `target` from `index` on, of the same length, is [from, to). */
export function isPacked(
  words: DataView,
  from: number,
  to: number,
  target: Int32Array,
  index: number,
): boolean {
  const lastAt = (to - STEP) | 0;
  if (lastAt < from) return from === to || target[index] === shortWord(words, from, to);
  let next = index | 0;
  for (let at = from; at < lastAt; at = (at + STEP) | 0) {
    if (target[next++] !== words.getInt32(at, true)) return false;
  }
  return target[next] === words.getInt32(lastAt, true);
}

/** The octets of a key that is shorter than a word. */
function shortWord(words: DataView, from: number, to: number): number {
  let word = 0;
  for (let at = from; at < to; at++) word = (word << 8) | words.getUint8(at);
  return word;
}

function mixed(hash: number, word: number): number {
  const spread = Math.imul(hash ^ word, SPREAD);
  return spread ^ (spread >>> 15);
}
