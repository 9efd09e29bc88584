import { CONTENT_SIZE_FIELD } from '../wire/dmp-content.ts';

/** Offset behind the content (or heartbeat) at `at`, whose size field must be there. */
export function contentEnd(b: Buffer, at: number): number {
  const size = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
  return at + CONTENT_SIZE_FIELD + size;
}

/** How many contents lie in [at, end), which is one content or one heartbeat: 1 or 0. */
export function contentsIn(at: number, end: number): number {
  return end - at > CONTENT_SIZE_FIELD ? 1 : 0;
}

/**
 * Steps over contents that are there completely. Costs some nanoseconds for each, so only feeds
 * that are behind are walked; the others know from their records how many contents they hold.
 */
export class ContentWalk {
  /** Where the last walk ended. */
  end = 0;
  /** How many contents it passed; heartbeats don't count. */
  contents = 0;

  /** Passes contents from `from` on that end at `limit` or before it, `maxContents` at most. */
  pass(b: Buffer, from: number, limit: number, maxContents: number): void {
    let at = from;
    let contents = 0;
    while (at < limit && contents < maxContents) {
      const end = contentEnd(b, at);
      if (end > limit) break;
      contents += contentsIn(at, end);
      at = end;
    }
    this.end = at;
    this.contents = contents;
  }
}
