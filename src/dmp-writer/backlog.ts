import type { ContentWalk } from './content-walk.ts';
import { contentEnd } from './content-walk.ts';
import { copyContents } from './copy-contents.ts';
import type { Piece } from './piece.ts';
import type { PiecePool } from './piece-pool.ts';

/** More contents than fit into any piece. */
const MAX_CONTENTS = 0x7fffffff;

/**
 * What waits for one feed, oldest first, in memory of its own. A content never lies in two pieces,
 * so each piece knows how many it holds.
 */
export class Backlog {
  /** Octets that wait, those of the content that has begun to go included. */
  octets = 0;
  /** Contents that wait, the one that has begun to go included. */
  contents = 0;
  /** The piece to be written next. */
  head: Piece | null = null;
  private tail: Piece | null = null;
  private readonly pool: PiecePool;
  private readonly walk: ContentWalk;

  /** @param walk may be shared: it is used within one call only */
  constructor(pool: PiecePool, walk: ContentWalk) {
    this.pool = pool;
    this.walk = walk;
  }

  /** Copies the whole contents in [from, to) behind all others. */
  append(b: Buffer, from: number, to: number, contents: number): void {
    let at = from;
    let left = contents;
    let piece = this.tail;
    while (at < to) {
      let end = to;
      let count = left;
      const room = piece === null ? 0 : piece.bytes.length - piece.end;
      if (to - at > room) {
        this.walk.pass(b, at, at + room, MAX_CONTENTS);
        end = this.walk.end;
        count = this.walk.contents;
      }
      if (piece === null || end === at) {
        piece = this.push(this.pool.take(contentEnd(b, at) - at));
        continue;
      }
      copyContents(b, at, end, piece.bytes, piece.end);
      piece.end += end - at;
      piece.contents += count;
      at = end;
      left -= count;
    }
    this.octets += to - from;
    this.contents += contents;
  }

  /** Copies the rest of the content that has begun to go in `source`; nothing else may wait. */
  appendOpen(source: Piece): void {
    const piece = this.pool.take(source.openEnd - source.at);
    piece.setOpen(source);
    this.adopt(piece);
  }

  /** Puts a piece behind all others, with the memory that it has. */
  adopt(piece: Piece): void {
    this.octets += piece.octets;
    this.contents += piece.contents;
    this.push(piece);
  }

  /** Notes that octets of the first piece are gone, and contents with them. */
  shrink(octets: number, contents: number): void {
    this.octets -= octets;
    this.contents -= contents;
    const piece = this.head;
    if (piece === null || piece.at < piece.end) return;
    this.head = piece.next;
    if (this.head === null) this.tail = null;
    this.pool.give(piece);
  }

  /** Forgets all. */
  clear(): void {
    while (this.head !== null) {
      const piece = this.head;
      this.head = piece.next;
      this.pool.give(piece);
    }
    this.tail = null;
    this.octets = 0;
    this.contents = 0;
  }

  private push(piece: Piece): Piece {
    if (this.tail === null) this.head = piece;
    else this.tail.next = piece;
    this.tail = piece;
    return piece;
  }
}
