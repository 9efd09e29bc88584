/**
 * Where everything lies in a ring. Only offsets; record.ts has the inside of a record, and
 * docs/shared-memory-layout.md the reasons. A ring is one SharedArrayBuffer:
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

/** Least capacity: the smallest with room for a useful payload in the largest record. */
export const RING_MIN_CAPACITY_OCTETS = 256;

/** Largest capacity: differences of wrapping 32-bit positions must stay positive. */
export const RING_MAX_CAPACITY_OCTETS = 0x40000000;
