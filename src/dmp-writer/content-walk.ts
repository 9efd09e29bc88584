import { CONTENT_SIZE_FIELD } from '../wire/dmp-content.ts';

/** Offset behind the content (or heartbeat) at `at`; `at` must lie before a whole size field. */
export function contentEnd(b: Buffer, at: number): number {
  const size = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
  return at + CONTENT_SIZE_FIELD + size;
}

/** Whether what lies in [at, end) is a content and not a heartbeat. */
export function isContent(at: number, end: number): boolean {
  return end - at > CONTENT_SIZE_FIELD;
}

/**
 * Steps over whole contents. Only feeds that are behind are walked: the rest know from their
 * records how many contents they hold.
 */
export class ContentWalk {
  /** Where the last walk ended, and how many contents it passed; heartbeats don't count. */
  end = 0;
  contents = 0;

  /** Passes, of the whole contents in [from, to), as many as lie before `limit` and `maxContents`. */
  pass(b: Buffer, from: number, to: number, limit: number, maxContents: number): void {
    let at = from;
    let contents = 0;
    while (at < to && contents < maxContents) {
      const end = contentEnd(b, at);
      if (end > limit) break;
      if (isContent(at, end)) contents++;
      at = end;
    }
    this.end = at;
    this.contents = contents;
  }
}
