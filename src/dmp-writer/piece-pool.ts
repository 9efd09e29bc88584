import { Piece } from './piece.ts';

/**
 * Octets of the memory that a backlog grows by. Large enough that a write costs little per content,
 * small enough that ten thousand feeds that are a little behind don't fill the machine.
 */
export const PIECE_OCTETS = 64 * 1024;

/** Idle pieces kept, at most: 8 MiB, as much as a few feeds that stalled for a moment need. */
const POOL_MAX_PIECES = 128;

/** Memory for the backlogs of one writer's feeds. */
export class PiecePool {
  private readonly idle: Piece[] = [];

  /** An empty piece with room for at least `octets`; only those of PIECE_OCTETS are used again. */
  take(octets: number): Piece {
    if (octets > PIECE_OCTETS) return new Piece(Buffer.allocUnsafeSlow(octets), false);
    const piece = this.idle.pop() ?? new Piece(Buffer.allocUnsafeSlow(PIECE_OCTETS), true);
    piece.setWhole(piece.bytes, 0, 0, 0);
    return piece;
  }

  /** Takes a piece back that nobody uses any more. */
  give(piece: Piece): void {
    piece.next = null;
    if (piece.isReusable && this.idle.length < POOL_MAX_PIECES) this.idle.push(piece);
  }
}
