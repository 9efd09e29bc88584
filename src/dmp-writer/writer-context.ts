import type { CounterBlock } from '../ring/counters.ts';
import { ContentWalk } from './content-walk.ts';
import type { FeedEvents } from './feed-report.ts';
import { Piece } from './piece.ts';
import { PiecePool } from './piece-pool.ts';

/** Below this many octets batching is off: every content is written by itself (DMP section 6). */
const BATCHING_MIN_OCTETS = 2048;

/**
 * Records up to this many octets are copied together with others of their feed and written at
 * once; a longer one is written by itself, straight from the ring. Measured over loopback with
 * records of one size: copying 2 KiB takes a third of the time of writing them, 8 KiB two thirds,
 * 16 KiB as much.
 */
const GATHER_MAX_OCTETS = 8192;

const NO_OCTETS = Buffer.alloc(0);

/** What the feeds of one writer share. */
export class WriterContext {
  /** Time of the current turn, in milliseconds of any clock that never goes back. */
  nowMs = 0;
  /** Most octets that are copied together for one write; 0 if each content is written by itself. */
  readonly batchOctets: number;
  /** Records of up to this many octets are copied together with others. */
  readonly gatherOctets: number;
  readonly pool = new PiecePool();
  readonly walk = new ContentWalk();
  /** Stands for the part of a ring that is being written. */
  readonly ringPiece = new Piece(NO_OCTETS, false);
  readonly counters: CounterBlock;
  readonly events: FeedEvents;

  constructor(batchOctets: number, counters: CounterBlock, events: FeedEvents) {
    this.batchOctets = batchOctets < BATCHING_MIN_OCTETS ? 0 : batchOctets;
    this.gatherOctets = Math.min(GATHER_MAX_OCTETS, this.batchOctets);
    this.counters = counters;
    this.events = events;
  }
}
