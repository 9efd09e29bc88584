import {
  CONTENT_HEARTBEAT,
  CONTENT_INCOMPLETE,
  CONTENT_SIZE_FIELD,
  ContentCursor,
  contentErrorText,
  parseContent,
} from '../../wire/dmp-content.ts';
import { copyOctets, readUint32 } from '../../wire/octets.ts';

/** Takes one content, which lies in `b` until it returns. */
export type ContentHandler = (b: Buffer, cursor: ContentCursor) => void;

/** Largest content accepted, in octets: what the 3 octets of a body size and an envelope can be. */
const CONTENT_MAX_OCTETS = 32 * 1024 * 1024;

/**
 * Cuts a stream of octets, in pieces of any size, into contents. A content that lies in one piece
 * is handed on in place; only one that is split is copied together.
 */
export class ContentSplitter {
  private readonly cursor = new ContentCursor();
  /** A content of which the first `pendingSize` octets have come. */
  private pending = Buffer.alloc(CONTENT_SIZE_FIELD);
  private pendingSize = 0;

  /** @throws Error if what comes is no content */
  push(chunk: Buffer, onContent: ContentHandler): void {
    const end = chunk.length;
    let at = this.pendingSize === 0 ? 0 : this.completePending(chunk, onContent);
    while (at < end) {
      const taken = this.take(chunk, at, end, onContent);
      if (taken === CONTENT_INCOMPLETE) break;
      at += taken;
    }
    if (at < end) this.keep(chunk, at);
  }

  private take(b: Buffer, at: number, end: number, onContent: ContentHandler): number {
    const taken = parseContent(b, at, end, CONTENT_MAX_OCTETS, this.cursor);
    if (taken > CONTENT_HEARTBEAT) onContent(b, this.cursor);
    else if (taken < 0) throw new Error(contentErrorText(taken));
    return taken;
  }

  /** Adds the octets that the pending content lacks; returns how many `chunk` had of them. */
  private completePending(chunk: Buffer, onContent: ContentHandler): number {
    let at = this.fillPending(chunk, 0, CONTENT_SIZE_FIELD);
    if (this.pendingSize < CONTENT_SIZE_FIELD) return at;
    const size = this.growPending();
    at = this.fillPending(chunk, at, size);
    if (this.pendingSize === size) {
      this.pendingSize = 0;
      this.take(this.pending, 0, size, onContent);
    }
    return at;
  }

  /** Keeps the octets from `at`, the beginning of a content, for the next call. */
  private keep(chunk: Buffer, at: number): void {
    const next = this.fillPending(chunk, at, CONTENT_SIZE_FIELD);
    if (next < chunk.length) this.fillPending(chunk, next, this.growPending());
  }

  private fillPending(chunk: Buffer, at: number, wantedSize: number): number {
    const to = Math.min(chunk.length, at + Math.max(0, wantedSize - this.pendingSize));
    copyOctets(chunk, at, to, this.pending, this.pendingSize);
    this.pendingSize += to - at;
    return to;
  }

  /** Makes room for the pending content, whose size has come. @returns its octets, size included */
  private growPending(): number {
    const size = CONTENT_SIZE_FIELD + readUint32(this.pending, 0);
    if (size > CONTENT_MAX_OCTETS) throw new Error('content too large');
    if (this.pending.length < size) {
      const larger = Buffer.allocUnsafe(size);
      larger.set(this.pending.subarray(0, this.pendingSize));
      this.pending = larger;
    }
    return size;
  }
}
