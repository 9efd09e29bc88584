import { crc32 } from 'node:zlib';

/*
 * What is stored beside messages has a checksum of itself and its key, in the form that its table
 * knows: a text begins with it, octets too, a number is the first of two.
 */

const TEXT_CHECKSUM_LENGTH = 8;
const CHECKSUM_OCTETS = 4;
const HEX = 16;

/** A text with its checksum in front. */
export function checkedText(key: string, text: string): string {
  const checksum = crc32(text, crc32(key));
  return checksum.toString(HEX).padStart(TEXT_CHECKSUM_LENGTH, '0') + text;
}

/** What `checkedText` was given, or null for something else. */
export function uncheckedText(key: string, stored: string): string | null {
  const text = stored.slice(TEXT_CHECKSUM_LENGTH);
  return checkedText(key, text) === stored ? text : null;
}

/** Octets with their checksum in front. */
export function checkedOctets(key: number, octets: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(CHECKSUM_OCTETS + octets.length);
  stored.writeUInt32BE(crc32(octets, crc32(String(key))));
  stored.set(octets, CHECKSUM_OCTETS);
  return stored;
}

/** What `checkedOctets` was given, or null for something else. */
export function uncheckedOctets(key: number, stored: Buffer): Buffer | null {
  const octets = stored.subarray(CHECKSUM_OCTETS);
  return checkedOctets(key, octets).equals(stored) ? octets : null;
}

/** A number and its checksum. */
export type CheckedNumber = readonly [number: number, checksum: number];

export function checkedNumber(key: number, number: number): CheckedNumber {
  return [number, crc32(`${key} ${number}`)];
}

/** What `checkedNumber` was given, or null for something else. */
export function uncheckedNumber(key: number, stored: unknown): number | null {
  if (!Array.isArray(stored)) return null;
  const [number, checksum] = checkedNumber(key, Number(stored[0]));
  return checksum === stored[1] ? number : null;
}
