import { Segment } from './segment.ts';

/** Capacity of the first segment of a log, in octets: a queue of a few messages costs no more. */
export const SEGMENT_MIN_OCTETS = 512;

/**
 * Capacity that the segments of a growing log double up to, in octets. Large enough that taking
 * and giving back a segment costs nothing per message, small enough that a segment which one old
 * message keeps alive is no disaster.
 */
export const SEGMENT_MAX_OCTETS = 256 * 1024;

/**
 * Octets of bodies outside of a segment from which on it takes no more messages: what is paged out
 * and in as one.
 */
export const SEGMENT_BODIES_MAX_OCTETS = 1024 * 1024;

/**
 * Octets of idle segments that a pool keeps, at most: enough that a queue which swings by half a
 * million small messages allocates nothing, little enough to hold for ever.
 */
export const POOL_MAX_IDLE_OCTETS = 32 * 1024 * 1024;

const SIZE_CLASSES = Math.log2(SEGMENT_MAX_OCTETS / SEGMENT_MIN_OCTETS) + 1;

/**
 * Segments that no log uses at the moment, for all logs of a broker. Capacities are powers of two
 * from SEGMENT_MIN_OCTETS to SEGMENT_MAX_OCTETS; the segment last given back is lent first, since
 * it is the one still in the processor's cache.
 */
export class SegmentPool {
  private readonly idle: Segment[][] = Array.from({ length: SIZE_CLASSES }, () => []);
  private readonly maxIdleOctets: number;
  private held = 0;
  private lent = 0;
  private external = 0;

  constructor(maxIdleOctets: number = POOL_MAX_IDLE_OCTETS) {
    this.maxIdleOctets = maxIdleOctets;
  }

  /** Octets of the segments that wait for a log. */
  get idleOctets(): number {
    return this.held;
  }

  /** Octets that logs use: their segments, and the bodies outside. */
  get usedOctets(): number {
    return this.lent + this.external;
  }

  /** A log holds so many octets more, or fewer, in bodies outside of its segments. */
  countExternal(octets: number): void {
    this.external += octets;
  }

  /**
   * An empty segment that holds a record of `recordOctets`, with a capacity near
   * `preferredOctets`. A record longer than SEGMENT_MAX_OCTETS gets a segment of its own size.
   */
  acquire(preferredOctets: number, recordOctets: number, basePosition: number): Segment {
    const segment =
      recordOctets > SEGMENT_MAX_OCTETS
        ? newSegment(recordOctets)
        : this.ofClass(sizeClass(Math.max(preferredOctets, recordOctets)));
    segment.basePosition = basePosition;
    this.lent += segment.capacityOctets;
    return segment;
  }

  /** Takes a segment back. Its octets may be overwritten from now on. */
  release(segment: Segment): void {
    const octets = segment.capacityOctets;
    this.lent -= octets;
    segment.clear();
    if (octets > SEGMENT_MAX_OCTETS || this.held + octets > this.maxIdleOctets) return;
    this.held += octets;
    this.idle[sizeClass(octets)].push(segment);
  }

  private ofClass(index: number): Segment {
    const segment = this.idle[index].pop();
    if (segment === undefined) return newSegment(SEGMENT_MIN_OCTETS << index);
    this.held -= segment.capacityOctets;
    return segment;
  }
}

function newSegment(octets: number): Segment {
  return new Segment(Buffer.allocUnsafeSlow(octets));
}

/** Index of the smallest capacity that holds so many octets, at most the largest one. */
function sizeClass(octets: number): number {
  if (octets <= SEGMENT_MIN_OCTETS) return 0;
  if (octets >= SEGMENT_MAX_OCTETS) return SIZE_CLASSES - 1;
  return 32 - Math.clz32((octets - 1) >> Math.log2(SEGMENT_MIN_OCTETS));
}
