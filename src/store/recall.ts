import { envelopeOctets, writeEnvelope } from '../wire/envelope.ts';
import { MessageView } from '../wire/message-view.ts';
import { copyOctets, writeUint32, writeUint64 } from '../wire/octets.ts';
import {
  CHUNK_HEAD_OCTETS,
  chunkFault,
  ENTRY_OCTETS,
  MESSAGE_FIXED_OCTETS,
  readChunk,
  sealChunk,
} from './chunk-format.ts';
import type { ChunkIndex } from './chunk-index.ts';
import type { StoreEngine } from './store-engine.ts';

/** Entries of one log, from the first to the last. */
export interface EntryRange {
  readonly log: number;
  readonly first: number;
  readonly last: number;
}

/**
 * What is stored of a range and not done with, as one chunk, however many it lies in.
 *
 * @throws Error if one of them is damaged
 */
export function recall(engine: StoreEngine, index: ChunkIndex, range: EntryRange): Buffer {
  const messages: Buffer[] = [];
  const view = new MessageView();
  for (const chunk of index.chunksWith(range.log, range.first, range.last)) {
    const octets = engine.chunk(chunk.first);
    const fault = octets === null ? 'it is missing' : chunkFault(octets);
    if (octets === null || fault !== null) throw new Error(`chunk ${chunk.first}: ${fault}`);
    readChunk(octets, view, false, {
      message: () => {},
      entry: (log, entry, expiresAtMs) => {
        if (log !== range.log || entry < range.first || entry > range.last) return;
        // What is done with since the chunk was written is known to the index only.
        if (chunk.logs[entry - chunk.first] !== log) return;
        messages.push(encodeMessage(view, log, entry - range.first, expiresAtMs));
      },
    });
  }
  const chunk = Buffer.concat([Buffer.alloc(CHUNK_HEAD_OCTETS), ...messages]);
  sealChunk(chunk, range.first, range.last - range.first + 1);
  return chunk;
}

/** A message with its one entry, as chunk-format.ts describes it. */
function encodeMessage(
  view: MessageView,
  log: number,
  offset: number,
  expiresAtMs: number,
): Buffer {
  const envelope = envelopeOctets(view);
  const octets = Buffer.allocUnsafe(MESSAGE_FIXED_OCTETS + envelope + view.bodySize + ENTRY_OCTETS);
  writeUint32(octets, octets.length, 0);
  writeUint32(octets, envelope, 4);
  writeUint32(octets, view.bodySize, 8);
  writeUint32(octets, 1, 12);
  const bodyAt = writeEnvelope(view, octets, MESSAGE_FIXED_OCTETS);
  copyOctets(view.body, view.bodyAt, view.bodyAt + view.bodySize, octets, bodyAt);
  const entryAt = bodyAt + view.bodySize;
  writeUint32(octets, log, entryAt);
  writeUint32(octets, offset, entryAt + 4);
  writeUint64(octets, expiresAtMs === Infinity ? 0 : expiresAtMs, entryAt + 8);
  return octets;
}
