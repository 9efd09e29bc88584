import { crc32 } from 'node:zlib';
import { viewEnvelope } from '../wire/envelope.ts';
import type { MessageView } from '../wire/message-view.ts';
import { readUint32, readUint64, writeUint32, writeUint64 } from '../wire/octets.ts';

/**
 * A chunk: what one group commit, or a part of a large one, stores of messages. Integers are in
 * network byte order.
 *
 *     checksum of all that follows 4 | span 4 | first entry 8 | messages
 *
 * A message:
 *
 *     length of all this 4 | envelope length 4 | body length 4 | entries 4 | envelope | body
 *     then for each entry: log 4 | entry - first entry 4 | expiry 8
 *
 * `span` is the number of entry numbers that the chunk covers. An entry of log 0 was done with
 * before it was stored.
 */
export const CHUNK_HEAD_OCTETS = 16;
export const MESSAGE_FIXED_OCTETS = 16;
export const ENTRY_OCTETS = 16;

/** `log` of an entry that is done with. */
export const NO_LOG = 0;

const CHECKSUM_OCTETS = 4;
const SPAN_AT = 4;
const FIRST_AT = 8;

/** Writes the head of a chunk whose messages are complete. */
export function sealChunk(chunk: Buffer, first: number, span: number): void {
  writeUint32(chunk, span, SPAN_AT);
  writeUint64(chunk, first, FIRST_AT);
  writeUint32(chunk, crc32(chunk.subarray(CHECKSUM_OCTETS)), 0);
}

/** Number of the first entry that the chunk covers. */
export function chunkFirst(chunk: Buffer): number {
  return readUint64(chunk, FIRST_AT);
}

/** How many entry numbers the chunk covers. */
export function chunkSpan(chunk: Buffer): number {
  return readUint32(chunk, SPAN_AT);
}

/** What is wrong with a chunk, or null. Nothing else may be read of one that isn't whole. */
export function chunkFault(chunk: Buffer): string | null {
  if (chunk.length < CHUNK_HEAD_OCTETS) return 'it is too short';
  if (readUint32(chunk, 0) !== crc32(chunk.subarray(CHECKSUM_OCTETS))) {
    return 'its checksum is wrong';
  }
  return null;
}

/** Is given what is in a chunk, message by message. */
export interface ChunkReader {
  /** The view is valid until the next message, the octets as long as the chunk. */
  message(view: MessageView): void;
  /** The message before, in a log. @param expiresAtMs Infinity for never */
  entry(log: number, entry: number, expiresAtMs: number): void;
}

/** Reads a chunk without a fault; `owned`: views may keep the chunk's octets. */
export function readChunk(
  chunk: Buffer,
  view: MessageView,
  owned: boolean,
  reader: ChunkReader,
): void {
  const first = chunkFirst(chunk);
  for (let at = CHUNK_HEAD_OCTETS; at < chunk.length; ) {
    const envelopeAt = at + MESSAGE_FIXED_OCTETS;
    const bodyAt = envelopeAt + readUint32(chunk, at + 4);
    viewEnvelope(view, chunk, envelopeAt, bodyAt);
    view.body = chunk;
    view.bodyAt = bodyAt;
    view.bodySize = readUint32(chunk, at + 8);
    view.bodyOwned = owned;
    const entries = readUint32(chunk, at + 12);
    let entryAt = bodyAt + view.bodySize;
    reader.message(view);
    for (let i = 0; i < entries; i++, entryAt += ENTRY_OCTETS) {
      const log = readUint32(chunk, entryAt);
      if (log === NO_LOG) continue;
      const expiry = readUint64(chunk, entryAt + 8);
      reader.entry(log, first + readUint32(chunk, entryAt + 4), expiry === 0 ? Infinity : expiry);
    }
    at += readUint32(chunk, at);
  }
}
