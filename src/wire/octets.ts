/**
 * Octets in place: integers in network byte order, comparison, copy, hash, short strings.
 *
 * Nothing here checks bounds: callers have checked that the octets exist, once for all of them.
 * Integers are read with shifts over indices, which the optimiser keeps inline; the methods of
 * Buffer check their arguments on every call and cost several times as much.
 */

const TWO_TO_THE_24 = 0x1000000;
const TWO_TO_THE_32 = 0x100000000;

/** Octets up to which copying one by one beats `set(subarray())`, which allocates a view. */
const LOOP_COPY_MAX_OCTETS = 64;

/** FNV's constants: an odd factor with few bits set, and a start that is not zero. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;
const HASH_FACTOR_2 = Math.imul(HASH_FACTOR, HASH_FACTOR);
const HASH_FACTOR_3 = Math.imul(HASH_FACTOR_2, HASH_FACTOR);
const HASH_FACTOR_4 = Math.imul(HASH_FACTOR_3, HASH_FACTOR);

/** Most octets a short string can hold (AMQP 0-9-1, 4.2.5.3). */
export const SHORTSTR_MAX_OCTETS = 255;

/** The unsigned 16-bit integer at `at`. */
export function readUint16(b: Buffer, at: number): number {
  return (b[at] << 8) | b[at + 1];
}

/** The unsigned 24-bit integer at `at`: DMP's body size. */
export function readUint24(b: Buffer, at: number): number {
  return (b[at] << 16) | (b[at + 1] << 8) | b[at + 2];
}

/** The unsigned 32-bit integer at `at`. */
export function readUint32(b: Buffer, at: number): number {
  return b[at] * TWO_TO_THE_24 + ((b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]);
}

/** The unsigned 64-bit integer at `at`, as a double: exact up to 2^53. */
export function readUint64(b: Buffer, at: number): number {
  return readUint32(b, at) * TWO_TO_THE_32 + readUint32(b, at + 4);
}

/** Writes `value`, 0 to 2^16 - 1, at `at`. */
export function writeUint16(b: Buffer, value: number, at: number): void {
  b[at] = value >>> 8;
  b[at + 1] = value;
}

/** Writes `value`, 0 to 2^24 - 1, at `at`. */
export function writeUint24(b: Buffer, value: number, at: number): void {
  b[at] = value >>> 16;
  b[at + 1] = value >>> 8;
  b[at + 2] = value;
}

/** Writes `value`, 0 to 2^32 - 1, at `at`. */
export function writeUint32(b: Buffer, value: number, at: number): void {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
}

/** Writes `value`, 0 to 2^53, at `at`. */
export function writeUint64(b: Buffer, value: number, at: number): void {
  writeUint32(b, Math.floor(value / TWO_TO_THE_32), at);
  writeUint32(b, value % TWO_TO_THE_32, at + 4);
}

/** Whether `length` octets of `a` from `aAt` are the same as those of `b` from `bAt`. */
export function octetsEqual(
  a: Buffer,
  aAt: number,
  b: Buffer,
  bAt: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    if (a[aAt + i] !== b[bAt + i]) return false;
  }
  return true;
}

/** Copies the octets [from, to) of `source` to `target` at `at`; the ranges must not overlap. */
export function copyOctets(
  source: Buffer,
  from: number,
  to: number,
  target: Buffer,
  at: number,
): void {
  if (to - from > LOOP_COPY_MAX_OCTETS) {
    target.set(source.subarray(from, to), at);
    return;
  }
  let i = from;
  let j = at;
  // Eight a turn: a third less time than one a turn.
  for (const eightsEnd = to - 7; i < eightsEnd; i += 8, j += 8) {
    target[j] = source[i];
    target[j + 1] = source[i + 1];
    target[j + 2] = source[i + 2];
    target[j + 3] = source[i + 3];
    target[j + 4] = source[i + 4];
    target[j + 5] = source[i + 5];
    target[j + 6] = source[i + 6];
    target[j + 7] = source[i + 7];
  }
  for (; i < to; i++, j++) target[j] = source[i];
}

/**
 * A 32-bit hash, as an unsigned number, of the octets [from, to): a polynomial in HASH_FACTOR.
 * Four octets a turn need one multiplication that waits for the turn before, not four.
 */
export function hashOctets(b: Buffer, from: number, to: number): number {
  let hash = HASH_START;
  let i = from;
  for (const foursEnd = to - 3; i < foursEnd; i += 4) {
    hash =
      (Math.imul(hash, HASH_FACTOR_4) +
        Math.imul(b[i], HASH_FACTOR_3) +
        Math.imul(b[i + 1], HASH_FACTOR_2) +
        Math.imul(b[i + 2], HASH_FACTOR) +
        b[i + 3]) |
      0;
  }
  for (; i < to; i++) hash = (Math.imul(hash, HASH_FACTOR) + b[i]) | 0;
  // Multiplication carries upwards only: bring the upper half down to where tables look.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The offset behind the short string at `at`. */
export function shortstrEnd(b: Buffer, at: number): number {
  return at + 1 + b[at];
}

/** The text of the short string at `at`; octets that are not UTF-8 become U+FFFD. */
export function shortstrText(b: Buffer, at: number): string {
  return b.toString('utf8', at + 1, shortstrEnd(b, at));
}

/**
 * Octets of the short string that holds `text`, its length octet included.
 * @throws RangeError if the text is longer than 255 octets
 */
export function shortstrSize(text: string): number {
  const size = Buffer.byteLength(text);
  if (size > SHORTSTR_MAX_OCTETS) {
    throw new RangeError(`A short string holds at most 255 octets, not ${size}`);
  }
  return 1 + size;
}

/**
 * Writes `text` as a short string at `at`, where `size` octets, its shortstrSize, must be free.
 */
export function writeShortstr(b: Buffer, text: string, at: number, size: number): void {
  b[at] = size - 1;
  if (text.length === size - 1) {
    // As many octets as characters: ASCII, for which a loop is faster than a call into the runtime.
    for (let i = 0; i < text.length; i++) b[at + 1 + i] = text.charCodeAt(i);
  } else {
    b.write(text, at + 1);
  }
}

/**
 * `text` as a short string: its length octet and its UTF-8 octets.
 * @throws RangeError if it is longer than 255 octets
 */
export function encodeShortstr(text: string): Buffer {
  const size = shortstrSize(text);
  const encoded = Buffer.allocUnsafe(size);
  writeShortstr(encoded, text, 0, size);
  return encoded;
}

/** `text`, without the characters that don't fit into `maxOctets` octets of UTF-8. */
export function cutText(text: string, maxOctets: number): string {
  if (Buffer.byteLength(text) <= maxOctets) return text;
  const octets = Buffer.from(text);
  let end = maxOctets;
  // 10xxxxxx continues a character: step back to the octet that starts the one cut apart.
  while (end > 0 && (octets[end] & 0xc0) === 0x80) end--;
  return octets.toString('utf8', 0, end);
}
