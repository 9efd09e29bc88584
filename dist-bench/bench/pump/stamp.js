import { readUint16, readUint32, readUint64, writeUint16, writeUint32, writeUint64, } from '../../src/wire/octets.js';
/**
 * What a sampled or timed message starts its body with:
 *
 *     octets 0-1   publisher
 *     octets 2-7   sequence number, from 0, for each publisher
 *     octets 8-15  when it was to be sent: nanoseconds of the monotonic clock
 */
export const STAMP_OCTETS = 16;
const SEQUENCE_AT = 2;
const SEQUENCE_LOW_AT = 4;
const TIME_AT = 8;
const TWO_TO_THE_32 = 0x100000000;
/** Writes a stamp at `at`. */
export function writeStamp(b, publisher, sequence, timeNs, at) {
    writeUint16(b, publisher, at);
    writeUint16(b, Math.floor(sequence / TWO_TO_THE_32), at + SEQUENCE_AT);
    writeUint32(b, sequence % TWO_TO_THE_32, at + SEQUENCE_LOW_AT);
    writeUint64(b, timeNs, at + TIME_AT);
}
/** The publisher of the stamp at `at`. */
export function stampPublisher(b, at) {
    return readUint16(b, at);
}
/** The sequence number of the stamp at `at`. */
export function stampSequence(b, at) {
    return readUint16(b, at + SEQUENCE_AT) * TWO_TO_THE_32 + readUint32(b, at + SEQUENCE_LOW_AT);
}
/** The time of the stamp at `at`, in nanoseconds. */
export function stampTimeNs(b, at) {
    return readUint64(b, at + TIME_AT);
}
//# sourceMappingURL=stamp.js.map