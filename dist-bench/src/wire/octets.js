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
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Most octets a short string can hold (AMQP 0-9-1, 4.2.5.3). */
export const SHORTSTR_MAX_OCTETS = 255;
/** The unsigned 16-bit integer at `at`. */
export function readUint16(b, at) {
    return (b[at] << 8) | b[at + 1];
}
/** The unsigned 24-bit integer at `at`: DMP's body size. */
export function readUint24(b, at) {
    return (b[at] << 16) | (b[at + 1] << 8) | b[at + 2];
}
/** The unsigned 32-bit integer at `at`. */
export function readUint32(b, at) {
    return b[at] * TWO_TO_THE_24 + ((b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]);
}
/** The unsigned 64-bit integer at `at`, as a double: exact up to 2^53. */
export function readUint64(b, at) {
    return readUint32(b, at) * TWO_TO_THE_32 + readUint32(b, at + 4);
}
/** Writes `value`, 0 to 2^16 - 1, at `at`. */
export function writeUint16(b, value, at) {
    b[at] = value >>> 8;
    b[at + 1] = value;
}
/** Writes `value`, 0 to 2^24 - 1, at `at`. */
export function writeUint24(b, value, at) {
    b[at] = value >>> 16;
    b[at + 1] = value >>> 8;
    b[at + 2] = value;
}
/** Writes `value`, 0 to 2^32 - 1, at `at`. */
export function writeUint32(b, value, at) {
    b[at] = value >>> 24;
    b[at + 1] = value >>> 16;
    b[at + 2] = value >>> 8;
    b[at + 3] = value;
}
/** Writes `value`, 0 to 2^53, at `at`. */
export function writeUint64(b, value, at) {
    writeUint32(b, Math.floor(value / TWO_TO_THE_32), at);
    writeUint32(b, value % TWO_TO_THE_32, at + 4);
}
/** Whether `length` octets of `a` from `aAt` are the same as those of `b` from `bAt`. */
export function octetsEqual(a, aAt, b, bAt, length) {
    for (let i = 0; i < length; i++) {
        if (a[aAt + i] !== b[bAt + i])
            return false;
    }
    return true;
}
/** Copies the octets [from, to) of `source` to `target` at `at`; the ranges must not overlap. */
export function copyOctets(source, from, to, target, at) {
    if (to - from > LOOP_COPY_MAX_OCTETS) {
        target.set(source.subarray(from, to), at);
        return;
    }
    for (let i = from, j = at; i < to; i++, j++)
        target[j] = source[i];
}
/** A 32-bit hash (FNV-1a, as an unsigned number) of the octets [from, to). */
export function hashOctets(b, from, to) {
    let hash = FNV_OFFSET_BASIS;
    for (let i = from; i < to; i++)
        hash = Math.imul(hash ^ b[i], FNV_PRIME);
    return hash >>> 0;
}
/** The offset behind the short string at `at`. */
export function shortstrEnd(b, at) {
    return at + 1 + b[at];
}
/** The text of the short string at `at`; octets that are not UTF-8 become U+FFFD. */
export function shortstrText(b, at) {
    return b.toString('utf8', at + 1, shortstrEnd(b, at));
}
/**
 * `text` as a short string: its length octet and its UTF-8 octets.
 * @throws RangeError if it is longer than 255 octets
 */
export function encodeShortstr(text) {
    const size = Buffer.byteLength(text);
    if (size > SHORTSTR_MAX_OCTETS) {
        throw new RangeError(`A short string holds at most 255 octets, not ${size}`);
    }
    const encoded = Buffer.alloc(1 + size);
    encoded[0] = size;
    encoded.write(text, 1);
    return encoded;
}
/** `text`, without the characters that don't fit into `maxOctets` octets of UTF-8. */
export function cutText(text, maxOctets) {
    if (Buffer.byteLength(text) <= maxOctets)
        return text;
    const octets = Buffer.from(text);
    let end = maxOctets;
    // 10xxxxxx continues a character: step back to the octet that starts the one cut apart.
    while (end > 0 && (octets[end] & 0xc0) === 0x80)
        end--;
    return octets.toString('utf8', 0, end);
}
//# sourceMappingURL=octets.js.map