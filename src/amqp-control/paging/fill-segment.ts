import { readChunk } from '../../store/chunk-format.ts';
import { MessageView } from '../../wire/message-view.ts';
import { recordOctets, type Segment } from '../queues/segment.ts';

/** What the store doesn't know of a message: who published it. */
const NO_ORIGIN = 0;

/** Writes the messages of a chunk into an empty segment that has room for them, in their order. */
export function fillSegment(segment: Segment, chunk: Buffer): void {
  const view = new MessageView();
  readChunk(chunk, view, false, {
    message: () => {},
    entry: (_log, entry, expiresAtMs) => {
      const octets = recordOctets(view, expiresAtMs, entry);
      segment.append(view, octets, expiresAtMs, NO_ORIGIN, entry);
    },
  });
}
