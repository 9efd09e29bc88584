import { Segment } from '../queues/segment.ts';
import type { PagedLog } from '../queues/segment-pager.ts';

/**
 * - idle: in memory, may be written when memory is short;
 * - leaving: in memory, being written;
 * - away: on disk only;
 * - awaited: on disk only, wanted;
 * - coming: on disk, being read;
 * - recalled: can't be read; what the store has of it is asked for;
 * - over: it stays in memory, is back there, or its messages are gone.
 */
export type PageState = 'idle' | 'leaving' | 'away' | 'awaited' | 'coming' | 'recalled' | 'over';

/** So that a page that is over keeps no memory. */
const NO_SEGMENT = new Segment(Buffer.alloc(0));

/** A segment on its way out of memory and back. */
export class Page {
  readonly log: PagedLog;
  segment: Segment;
  state: PageState = 'idle';
  /** Where it lies on disk, in octets, and with how many: first records, then bodies. */
  at = 0;
  recordOctets = 0;
  bodyOctets = 0;
  /** CRC-32 of all of it. */
  checksum = 0;

  constructor(log: PagedLog, segment: Segment) {
    this.log = log;
    this.segment = segment;
  }

  end(): void {
    this.state = 'over';
    this.segment = NO_SEGMENT;
  }
}
