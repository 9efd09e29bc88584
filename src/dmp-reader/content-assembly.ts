import { CONTENT_SIZE_FIELD } from '../wire/dmp-content.ts';
import { readUint32 } from '../wire/octets.ts';
import { ContentSource } from './content-source.ts';

/**
 * One content that is too large to be completed in a read buffer, put together in memory of its
 * own. It is allocated at once, but the system gives it page by page as the octets come: who
 * promises a large content and doesn't send it costs next to nothing.
 */
export class ContentAssembly {
  readonly source: ContentSource;
  /** Octets of the content, its size field included. */
  readonly size: number;
  private filled = 0;

  /**
   * @param size octets of the content, within the limit for contents
   * @param shared whether it will be handed to other threads as it is
   */
  constructor(size: number, shared: boolean) {
    this.source = shared ? ContentSource.allocateShared(size) : ContentSource.allocate(size);
    this.size = size;
  }

  get complete(): boolean {
    return this.filled === this.size;
  }

  /** Takes what the content lacks from [at, end); returns the offset of what it leaves. */
  take(b: Buffer, at: number, end: number): number {
    const to = Math.min(end, at + this.size - this.filled);
    b.copy(this.source.octets, this.filled, at, to);
    this.filled += to - at;
    return to;
  }
}

/** Octets of the content whose beginning is in [at, end); 0 as long as that isn't known. */
export function announcedSize(b: Buffer, at: number, end: number): number {
  return end - at < CONTENT_SIZE_FIELD ? 0 : CONTENT_SIZE_FIELD + readUint32(b, at);
}
