/**
 * What main's ring to the store thread carries. Integers are in network byte order; an expiry is in
 * milliseconds since the epoch, 0 for never. Everything between two RECORD_MARKs becomes durable
 * together or not at all.
 */

/**
 * A message and its first entry. target = log.
 * payload: entry 8 | expiry 8 | envelope length 4 | body length 4 | envelope | body
 */
export const RECORD_MESSAGE = 1;

/** The message in front of this once more, in another log. target = log, payload: entry, expiry */
export const RECORD_ENTRY = 2;

/** An entry is done with. target = log, payload: entry 8 */
export const RECORD_SETTLE = 3;

/** All entries of a log in a range are done with. target = log, payload: first 8 | last 8 */
export const RECORD_PURGE = 4;

/** Entries up to this one have been delivered. target = log, payload: entry 8 */
export const RECORD_TAKEN = 5;

/** A log is gone for ever, and its entries. target = log */
export const RECORD_DROP = 6;

/** A definition has this value. payload: key length 4 | key | value */
export const RECORD_DEFINE = 7;

/** A definition is gone. payload: key */
export const RECORD_UNDEFINE = 8;

/** The beginning, or a piece from the middle, of a payload too long for one record. */
export const RECORD_PART = 9;

/** Everything in front of this belongs to group `payload: number 8`, or to earlier ones. */
export const RECORD_MARK = 10;

/** Octets of an entry's number, of an expiry and of a group's number. */
export const NUMBER_OCTETS = 8;

/** Octets in front of the envelope in a RECORD_MESSAGE. */
export const MESSAGE_HEAD_OCTETS = 24;

/** `count` of a record whose payload begins in RECORD_PARTs. */
export const CONTINUES = 1;
