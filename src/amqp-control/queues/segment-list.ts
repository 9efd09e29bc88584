import { RECORD_ALIGNMENT_OCTETS, type Segment } from './segment.ts';

/**
 * The segments of one log in the order of their positions, which may have gaps where a segment
 * was given back. Finding the segment of a position takes a comparison when it is the one that was
 * asked for last, as it nearly always is, else a binary search.
 */
export class SegmentList {
  private readonly segments: Segment[] = [];
  private lastFound: Segment | null = null;

  /** Adds a segment whose positions are behind those of all others. */
  push(segment: Segment): void {
    this.segments.push(segment);
  }

  /** The segment that holds the record at this position. @throws RangeError when there is none */
  find(position: number): Segment {
    const last = this.lastFound;
    if (last !== null && holds(last, position)) return last;
    const segment = this.segments[this.indexOf(position)];
    if (segment === undefined || !holds(segment, position)) {
      throw new RangeError(`no message at position ${position}`);
    }
    this.lastFound = segment;
    return segment;
  }

  /** The segment behind one of the list, which must not be the last. */
  after(segment: Segment): Segment {
    return this.segments[this.indexOf(segment.basePosition) + 1];
  }

  /** The segments behind one of the list, so many at most. */
  following(segment: Segment, count: number): Segment[] {
    const from = this.indexOf(segment.basePosition) + 1;
    return this.segments.slice(from, from + count);
  }

  remove(segment: Segment): void {
    if (this.lastFound === segment) this.lastFound = null;
    const segments = this.segments;
    // The only one, the newest or the oldest as a rule: shift and pop are many times cheaper.
    if (segments[segments.length - 1] === segment) segments.pop();
    else if (segments[0] === segment) segments.shift();
    else segments.splice(this.indexOf(segment.basePosition), 1);
  }

  /** Takes out and returns the segments that lie between two of the list. */
  removeBetween(first: Segment, last: Segment): Segment[] {
    this.lastFound = null;
    const from = this.indexOf(first.basePosition) + 1;
    return this.segments.splice(from, this.indexOf(last.basePosition) - from);
  }

  /** Index of the last segment that starts at or before the position, -1 when all start later. */
  private indexOf(position: number): number {
    const segments = this.segments;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (segments[middle].basePosition <= position) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function holds(segment: Segment, position: number): boolean {
  const octets = (position - segment.basePosition) * RECORD_ALIGNMENT_OCTETS;
  return octets >= 0 && octets < segment.writtenOctets;
}
