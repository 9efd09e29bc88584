import type { Segment } from './segment.ts';

/** A log whose segments can be paged out, as who does it sees it. */
export interface PagedLog {
  /** A segment that was offered has been written: its memory may go. */
  pagedOut(segment: Segment): void;
  /**
   * A segment that was paged out has been read.
   *
   * @param memory holds its records
   * @param bodies holds its bodies outside, one behind the other
   */
  pagedIn(segment: Segment, memory: Segment, bodies: Buffer): void;
  /** Number of the log in the store; 0 if it has none there. */
  readonly storedAs: number;
  /**
   * A segment that was paged out can't be read back. Its transient messages are lost.
   *
   * @param stored holds its messages that the store keeps
   */
  salvaged(segment: Segment, stored: Segment): void;
}

/** Takes segments out of memory while their messages are far from delivery, and back again. */
export interface SegmentPager {
  /** How many segments behind the one that is being delivered should be in memory. */
  readonly segmentsAhead: number;
  /** The segment is full, and none of its messages was taken: it may be paged out. */
  offer(log: PagedLog, segment: Segment): void;
  /** The segment will be delivered soon: it stays in memory, or comes back to it. */
  summon(segment: Segment): void;
  /** The messages of a segment are gone, wherever they were. */
  forget(segment: Segment): void;
}
