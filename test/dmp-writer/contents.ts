import { CONTENT_SIZE_FIELD, ContentCursor, parseContent } from '../../src/wire/dmp-content.ts';
import { readUint32, writeUint24, writeUint32 } from '../../src/wire/octets.ts';

/** Octets of an envelope with two empty names and no properties. */
const ENVELOPE_OCTETS = 12;
/** Exchange and routing key of every content in these tests, so that none is a short one. */
const NAMES = Buffer.from([2, 0x65, 0x78, 3, 0x6b, 0x65, 0x79]);
/** Smallest body: a serial number. */
const SERIAL_OCTETS = 4;

/** Octets of the smallest content that `content` makes. */
export const CONTENT_OCTETS = ENVELOPE_OCTETS - 2 + NAMES.length + SERIAL_OCTETS;

/** A content whose body starts with `serial` and is filled with octets that depend on it. */
export function content(serial: number, octets = CONTENT_OCTETS): Buffer {
  const bodyOctets = octets - (CONTENT_OCTETS - SERIAL_OCTETS);
  const b = Buffer.alloc(octets, serial % 251);
  const bodyAt = octets - bodyOctets;
  b.fill(0, 0, bodyAt);
  writeUint32(b, octets - CONTENT_SIZE_FIELD, 0);
  NAMES.copy(b, CONTENT_SIZE_FIELD);
  writeUint24(b, bodyOctets, bodyAt - 3);
  writeUint32(b, serial, bodyAt);
  return b;
}

/** A content with empty names and a body of 0 to 3 octets: fewer than 16 octets in all. */
export function shortContent(bodyOctets: number): Buffer {
  const b = Buffer.alloc(ENVELOPE_OCTETS + bodyOctets, 0x2a);
  b.fill(0, 0, ENVELOPE_OCTETS);
  writeUint32(b, b.length - CONTENT_SIZE_FIELD, 0);
  writeUint24(b, bodyOctets, ENVELOPE_OCTETS - 3);
  return b;
}

/** Contents with the serial numbers [from, from + count), all of the smallest size. */
export function contents(from: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => content(from + i));
}

/** What a client makes of a stream of octets. */
export interface Reading {
  /** Of the contents that `content` made, in order; others are -1. */
  readonly serials: number[];
  readonly heartbeats: number;
  /** Octets at the end that are no whole content. */
  readonly restOctets: number;
}

/**
 * Reads a stream as a client does.
 * @throws Error if a content is damaged
 */
export function readStream(stream: Buffer): Reading {
  const cursor = new ContentCursor();
  const serials: number[] = [];
  let heartbeats = 0;
  let at = 0;
  for (;;) {
    const octets = parseContent(stream, at, stream.length, 0x7fffffff, cursor);
    if (octets < 0) throw new Error(`Damaged content at ${at}: error ${octets}`);
    if (octets === 0) return { serials, heartbeats, restOctets: stream.length - at };
    if (octets === CONTENT_SIZE_FIELD) heartbeats++;
    else serials.push(serialOf(stream.subarray(at, at + octets)));
    at += octets;
  }
}

function serialOf(octets: Buffer): number {
  if (octets.length < CONTENT_OCTETS) return -1;
  const serial = readUint32(octets, CONTENT_OCTETS - SERIAL_OCTETS);
  if (!octets.equals(content(serial, octets.length))) {
    throw new Error(`Content ${serial} of ${octets.length} octets was changed on its way`);
  }
  return serial;
}
