import { endianness } from 'node:os';

const LITTLE_ENDIAN = endianness() === 'LE';

/** Octets of one number in a payload. */
export const PAYLOAD_WORD_OCTETS = 4;

/** The signed 32-bit number, in the byte order of the machine, at `at` in a payload. */
export function readPayloadWord(bytes: Buffer, at: number): number {
  return LITTLE_ENDIAN ? bytes.readInt32LE(at) : bytes.readInt32BE(at);
}

/** Writes a signed 32-bit number at `at` in a payload. */
export function writePayloadWord(bytes: Buffer, value: number, at: number): void {
  if (LITTLE_ENDIAN) bytes.writeInt32LE(value, at);
  else bytes.writeInt32BE(value, at);
}
