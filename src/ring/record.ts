import { DATA_AT } from './layout.ts';
import type { SharedWords } from './shared-words.ts';

/**
 * The inside of a record. It starts at a multiple of 8 octets:
 *
 *        +0   | length of the payload, octets                    |
 *        +4   | lead (octets, bits 8 to 15) | type (bits 0 to 7) |
 *        +8   | target                                           |
 *       +12   | count                                            |
 *       +16   | lead: 0 to 31 unused octets                      |
 *             | payload                                          |
 *             | 0 to 7 unused octets                             |
 *
 * A padding record (type 0) fills what is left before the wrap. It has only the first two words;
 * its length is that of the whole record.
 *
 * `at` is always the offset of a record in the record area. The constants are not exported, on
 * purpose: V8 treats constants of the same module as constants and imported ones as variables, and
 * with those a claim took 22 instead of 10 ns.
 */

const LENGTH_WORD = 0;
const TYPE_WORD = 1;
const TARGET_WORD = 2;
const COUNT_WORD = 3;

const DATA_OFFSET = DATA_AT;
const WORD_SHIFT = 2;
const DATA_WORD = DATA_OFFSET >> WORD_SHIFT;

const HEADER_OCTETS = 16;

/** Header words stay aligned, and before the wrap there is always room for a padding record. */
const ALIGNMENT_OCTETS = 8;

const TYPE_PADDING = 0;
const TYPE_MASK = 0xff;
const LEAD_SHIFT = 8;

/** Room set aside for the lead, which is 0 to 31 octets. */
const LEAD_ROOM_OCTETS = 32;

const PAGE_OCTETS = 4096;

/** From this size on a copy is slow enough in the wrong place for its pages to matter. */
const PAGE_PHASE_MIN_OCTETS = 2048;

/** Octets of a record whose lead and payload together have `octets`. */
export function recordOctets(octets: number): number {
  return (HEADER_OCTETS + octets + ALIGNMENT_OCTETS - 1) & -ALIGNMENT_OCTETS;
}

/** Payload octets that a record of `octets` surely holds, whatever its lead; negative if none. */
export function payloadOctets(octets: number): number {
  return octets - HEADER_OCTETS - LEAD_ROOM_OCTETS;
}

/**
 * Largest payload of a ring, octets; what is longer must be split by the caller. Its record is a
 * quarter of the ring: with the padding before it, which is less than itself, it fits whenever the
 * ring is half empty, and that is when a waiting producer is woken.
 */
export function maxPayloadOctets(capacityOctets: number): number {
  return payloadOctets(capacityOctets / 4);
}

/** Offset of the payload in the record area. */
export function payloadStart(at: number, lead: number): number {
  return at + HEADER_OCTETS + lead;
}

/** Word, in the ring's memory, in which octet `at` of the record area lies. */
export function dataWord(at: number): number {
  return DATA_WORD + (at >> WORD_SHIFT);
}

/**
 * Octets to leave free before a payload so that copying it runs at full speed:
 *
 * - source and target agree modulo 8: V8 copies into shared memory word by word only then, and
 *   octet by octet otherwise (measured: 27 against 3.6 GB/s);
 * - the target does not lie 1 to 31 octets behind the source modulo 4096: there `memmove`, which
 *   newer versions of Node.js use, runs into a fault of AMD's Zen processors (48 against 3.4 GB/s).
 *
 * @param sourceAt offset of the octets to be copied in *their* ArrayBuffer
 * @param octets how many there are
 * @returns 0 to 31
 */
export function leadOctets(at: number, sourceAt: number, octets: number): number {
  const start = DATA_OFFSET + at + HEADER_OCTETS;
  const lead = (sourceAt - start) & (ALIGNMENT_OCTETS - 1);
  if (octets < PAGE_PHASE_MIN_OCTETS) return lead;
  const distance = (start + lead - sourceAt) & (PAGE_OCTETS - 1);
  return distance > 0 && distance < LEAD_ROOM_OCTETS ? lead + LEAD_ROOM_OCTETS - distance : lead;
}

/** Whether a record can be of this type. */
export function isRecordType(type: number): boolean {
  return type > TYPE_PADDING && type <= TYPE_MASK;
}

/** Writes the part of the header that is known before the payload. */
export function openRecord(
  words: SharedWords,
  at: number,
  type: number,
  lead: number,
  target: number,
): void {
  const word = dataWord(at);
  words.set(word + TYPE_WORD, type | (lead << LEAD_SHIFT));
  words.set(word + TARGET_WORD, target);
}

/** Makes a complete record one of another type; its lead stays. */
export function retypeRecord(words: SharedWords, at: number, type: number): void {
  const word = dataWord(at) + TYPE_WORD;
  words.set(word, type | (leadIn(words.get(word)) << LEAD_SHIFT));
}

/** Writes the rest of the header. */
export function closeRecord(words: SharedWords, at: number, length: number, count: number): void {
  const word = dataWord(at);
  words.set(word + LENGTH_WORD, length);
  words.set(word + COUNT_WORD, count);
}

/** Writes a padding record of `octets` octets altogether. */
export function writePadding(words: SharedWords, at: number, octets: number): void {
  const word = dataWord(at);
  words.set(word + LENGTH_WORD, octets);
  words.set(word + TYPE_WORD, TYPE_PADDING);
}

/** Type and lead of a record as they stand there; `typeIn` and `leadIn` tell them apart. */
export function readTypeAndLead(words: SharedWords, at: number): number {
  return words.get(dataWord(at) + TYPE_WORD);
}

export function typeIn(typeAndLead: number): number {
  return typeAndLead & TYPE_MASK;
}

export function leadIn(typeAndLead: number): number {
  return typeAndLead >> LEAD_SHIFT;
}

export function isPadding(typeAndLead: number): boolean {
  return typeAndLead === TYPE_PADDING;
}

/** Octets of the payload, or of the whole record if it is padding. */
export function readLength(words: SharedWords, at: number): number {
  return words.get(dataWord(at) + LENGTH_WORD);
}

export function readTarget(words: SharedWords, at: number): number {
  return words.get(dataWord(at) + TARGET_WORD);
}

export function readCount(words: SharedWords, at: number): number {
  return words.get(dataWord(at) + COUNT_WORD);
}
