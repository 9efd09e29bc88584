/**
 * Where everything lies in shared memory. Only offsets and pure helpers; docs/shared-memory-layout.md
 * explains the reasons. A ring is one SharedArrayBuffer:
 *
 *      octet                                                            written by
 *          0  +----------------+----------------+----------------+
 *             | magic          | version        | capacity       |      the creator, once
 *        128  +----------------+----------------+----------------+
 *             | tail: position behind the last published record  |      the producer
 *        256  +--------------------------------------------------+
 *             | head: position behind the last released record   |      the consumer
 *        384  +--------------------------------------------------+
 *             | space wanted: 0 or 1                             |      both, by turns
 *        512  +--------------------------------------------------+
 *             | nothing                                          |
 *       4080  +--------------------------------------------------+
 *             | records: `capacity` octets                       |      the producer
 *             +--------------------------------------------------+
 *
 * A record starts at a multiple of 8 octets:
 *
 *        +0   | length of the payload, octets                    |
 *        +4   | lead (octets, bits 8 to 15) | type (bits 0 to 7) |
 *        +8   | target                                           |
 *       +12   | count                                            |
 *       +16   | lead: 0 to 31 unused octets                      |
 *             | payload                                          |
 *             | 0 to 7 unused octets                             |
 *
 * A padding record (type 0) has only the first two words; its length is that of the whole record.
 * Integers are signed, 32 bits, in the byte order of the machine.
 */

/** "DMQR": says that a buffer is one of our rings. */
export const RING_MAGIC = 0x444d5152;

/** Counts up with every change of the layout; both ends must have been built with the same one. */
export const RING_LAYOUT_VERSION = 1;

/**
 * Octets between words that different threads write: two cache lines, because x86 processors
 * fetch lines in pairs and some ARM ones have lines of 128 octets.
 */
export const LINE_OCTETS = 128;

/** Octets of a word; every offset ending in `_WORD` counts words, not octets. */
export const WORD_OCTETS = 4;

/** An offset in octets shifted right by this is one in words. */
export const WORD_SHIFT = 2;

const LINE_WORDS = LINE_OCTETS / WORD_OCTETS;

export const MAGIC_WORD = 0;
export const VERSION_WORD = 1;
export const CAPACITY_WORD = 2;
export const TAIL_WORD = LINE_WORDS;
export const HEAD_WORD = 2 * LINE_WORDS;
export const SPACE_WANTED_WORD = 3 * LINE_WORDS;

const PAGE_OCTETS = 4096;

/** A large ArrayBuffer starts this many octets behind a page boundary (the allocator's header). */
const ALLOCATION_HEADER_OCTETS = 16;

/** Offset of the records: on a page boundary of the process's memory. */
export const DATA_AT = PAGE_OCTETS - ALLOCATION_HEADER_OCTETS;

/** `DATA_AT` in words. */
export const DATA_WORD = DATA_AT / WORD_OCTETS;

/** Least capacity: the smallest with room for a useful payload in the largest record. */
export const RING_MIN_CAPACITY_OCTETS = 256;

/** Largest capacity: differences of wrapping 32-bit positions must stay positive. */
export const RING_MAX_CAPACITY_OCTETS = 0x40000000;

/** Records start at multiples of this: header words are aligned and a padding record always fits. */
export const RECORD_ALIGNMENT_OCTETS = 8;

/** Octets of a record's header. */
export const RECORD_HEADER_OCTETS = 16;

export const LENGTH_WORD = 0;
export const TYPE_WORD = 1;
export const TARGET_WORD = 2;
export const COUNT_WORD = 3;

/** Type of the record that fills what is left before the wrap. */
export const TYPE_PADDING = 0;

/** Largest type of a record: it has eight bits. */
export const TYPE_MAX = 0xff;

/** The lead stands in the type word above the type. */
export const LEAD_SHIFT = 8;

/** Room set aside for the lead, which is 0 to 31 octets. */
export const LEAD_ROOM_OCTETS = 32;

/** From this size on a copy is slow enough in the wrong place for its pages to matter. */
const PAGE_PHASE_MIN_OCTETS = 2048;

/** Octets of a record whose lead and payload together have `octets`. */
export function recordOctets(octets: number): number {
  const unaligned = RECORD_HEADER_OCTETS + octets;
  return (unaligned + RECORD_ALIGNMENT_OCTETS - 1) & -RECORD_ALIGNMENT_OCTETS;
}

/** Payload octets that a record of `octets` surely holds, whatever its lead; negative if none. */
export function payloadOctets(octets: number): number {
  return octets - RECORD_HEADER_OCTETS - LEAD_ROOM_OCTETS;
}

/**
 * Largest payload of a ring, octets; what is longer must be split by the caller. Its record is a
 * quarter of the ring: with the padding before it, which is less than itself, it fits whenever the
 * ring is half empty, and that is when a waiting producer is woken.
 */
export function maxPayloadOctets(capacityOctets: number): number {
  return payloadOctets(capacityOctets / 4);
}

/**
 * Octets to leave free before a payload so that copying it runs at full speed:
 *
 * - source and target agree modulo 8: V8 copies into shared memory word by word only then, and
 *   octet by octet otherwise (measured: 27 against 3.6 GB/s);
 * - the target does not lie 1 to 31 octets behind the source modulo 4096: there `memmove`, which
 *   newer versions of Node.js use, runs into a fault of AMD's Zen processors (48 against 3.4 GB/s).
 *
 * @param payloadAt offset in the ring's buffer at which the payload starts without a lead
 * @param sourceAt offset of the octets to be copied in *their* ArrayBuffer
 * @returns 0 to 31
 */
export function leadOctets(payloadAt: number, sourceAt: number, octets: number): number {
  const lead = (sourceAt - payloadAt) & (RECORD_ALIGNMENT_OCTETS - 1);
  if (octets < PAGE_PHASE_MIN_OCTETS) return lead;
  const distance = (payloadAt + lead - sourceAt) & (PAGE_OCTETS - 1);
  return distance > 0 && distance < LEAD_ROOM_OCTETS ? lead + LEAD_ROOM_OCTETS - distance : lead;
}
