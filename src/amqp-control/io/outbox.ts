import type { ChunkPool } from './chunk-pool.ts';
import { CHUNK_OCTETS } from './chunk-pool.ts';

/**
 * Octets a connection may have unwritten before its consumers stop being served: enough to keep a
 * fast reader busy for a few milliseconds, small enough that 1,000 stuck readers cost 1 GiB at the
 * very worst.
 */
export const OUTBOX_HIGH_WATER_OCTETS = 1024 * 1024;

/** Below this many unwritten octets a congested connection is served again. */
export const OUTBOX_LOW_WATER_OCTETS = 256 * 1024;

const NO_CHUNK = Buffer.alloc(0);

/** Octets in the order they must leave. `chunk` goes back to the pool once they are written. */
export interface OutboxPiece {
  readonly octets: Buffer;
  readonly chunk: Buffer | null;
}

/**
 * What one connection has to write. Writers reserve room, write at `at` in `bytes` and advance
 * `at`; whoever owns the socket takes the pieces once per turn of the event loop.
 */
export class Outbox {
  /** Chunk being filled. Only valid between `reserve` and the next call of any method. */
  bytes: Buffer = NO_CHUNK;
  /** Offset in `bytes` of the next octet to write. */
  at = 0;
  /**
   * True while the peer reads slower than we write; consumers on this connection are not served.
   */
  congested = false;

  private readonly pool: ChunkPool;
  private readonly onFirstOctet: () => void;
  private readonly onRelieved: () => void;
  private pieces: OutboxPiece[] = [];
  private sealedOctets = 0;
  private inFlightOctets = 0;
  private announced = false;

  /**
   * @param onFirstOctet called once per batch, when there is something to flush
   * @param onRelieved called when a congested connection has drained to the low-water mark
   */
  constructor(pool: ChunkPool, onFirstOctet: () => void, onRelieved: () => void) {
    this.pool = pool;
    this.onFirstOctet = onFirstOctet;
    this.onRelieved = onRelieved;
  }

  /** Makes room for `octets` contiguous octets at `at`. */
  reserve(octets: number): void {
    if (this.at + octets > this.bytes.length || !this.announced) this.makeRoom(octets);
  }

  /** Appends a copy of short octets, such as a control frame. */
  append(octets: Buffer): void {
    this.reserve(octets.length);
    this.bytes.set(octets, this.at);
    this.at += octets.length;
  }

  /** Appends octets without copying them; nobody may change them any more. */
  appendReference(octets: Buffer): void {
    this.announce();
    this.seal();
    this.pushPiece(octets, null);
  }

  /** Octets not yet handed to the socket. */
  get waitingOctets(): number {
    return this.sealedOctets + this.at;
  }

  /** Octets not yet written by the socket, whether or not they have been handed to it. */
  get unwrittenOctets(): number {
    return this.waitingOctets + this.inFlightOctets;
  }

  /** Hands over everything waiting, in order. */
  take(): readonly OutboxPiece[] {
    this.seal();
    const pieces = this.pieces;
    this.pieces = [];
    this.inFlightOctets += this.sealedOctets;
    this.sealedOctets = 0;
    this.announced = false;
    return pieces;
  }

  /** The socket is done with a piece. */
  written(piece: OutboxPiece): void {
    this.inFlightOctets -= piece.octets.length;
    if (piece.chunk !== null) this.pool.give(piece.chunk);
    if (this.congested && this.unwrittenOctets <= OUTBOX_LOW_WATER_OCTETS) {
      this.congested = false;
      this.onRelieved();
    }
  }

  /** Forgets what is waiting; for a connection whose socket is gone. */
  discard(): void {
    for (const piece of this.pieces) if (piece.chunk !== null) this.pool.give(piece.chunk);
    if (this.bytes !== NO_CHUNK) this.pool.give(this.bytes);
    this.pieces = [];
    this.sealedOctets = 0;
    this.bytes = NO_CHUNK;
    this.at = 0;
  }

  private makeRoom(octets: number): void {
    this.announce();
    if (this.at + octets <= this.bytes.length) return;
    this.seal();
    this.bytes = octets <= CHUNK_OCTETS ? this.pool.take() : Buffer.allocUnsafeSlow(octets);
  }

  private announce(): void {
    if (this.announced) return;
    this.announced = true;
    this.onFirstOctet();
  }

  private seal(): void {
    if (this.at > 0) this.pushPiece(this.bytes.subarray(0, this.at), this.bytes);
    else if (this.bytes !== NO_CHUNK) this.pool.give(this.bytes);
    this.bytes = NO_CHUNK;
    this.at = 0;
  }

  private pushPiece(octets: Buffer, chunk: Buffer | null): void {
    this.pieces.push({ octets, chunk });
    this.sealedOctets += octets.length;
    if (this.unwrittenOctets > OUTBOX_HIGH_WATER_OCTETS) this.congested = true;
  }
}
