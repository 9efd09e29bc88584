/** Extents begin and end at multiples of this many octets: a page of the system's file cache. */
export const EXTENT_UNIT_OCTETS = 4096;

/** Octets that an extent takes which must hold so many. */
export function extentOctets(octets: number): number {
  return Math.ceil(octets / EXTENT_UNIT_OCTETS) * EXTENT_UNIT_OCTETS;
}

/**
 * Which parts of a file are in use. What is free is used again, from the beginning of the file, and
 * free parts that touch become one; parts of an extent may be freed one by one. All numbers are
 * octets, and multiples of EXTENT_UNIT_OCTETS.
 */
export class ExtentMap {
  /** The free parts in front of `end` in their order; no two touch, none reaches `end`. */
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private fileEnd = 0;
  private used = 0;

  /** Behind the last octet in use. */
  get end(): number {
    return this.fileEnd;
  }

  /** Octets in use. */
  get usedOctets(): number {
    return this.used;
  }

  /** @returns where an extent of so many octets lies from now on */
  allocate(octets: number): number {
    this.used += octets;
    const { starts, ends } = this;
    for (let i = 0; i < starts.length; i++) {
      const at = starts[i];
      if (ends[i] - at < octets) continue;
      starts[i] = at + octets;
      if (starts[i] === ends[i]) this.removeFree(i);
      return at;
    }
    const at = this.fileEnd;
    this.fileEnd += octets;
    return at;
  }

  /** Octets of an extent, all of them in use, are free again. */
  free(at: number, octets: number): void {
    this.used -= octets;
    const { starts, ends } = this;
    const index = this.freeBehind(at);
    const touchesBefore = index > 0 && ends[index - 1] === at;
    const touchesBehind = index < starts.length && starts[index] === at + octets;
    if (touchesBefore && touchesBehind) {
      ends[index - 1] = ends[index];
      this.removeFree(index);
    } else if (touchesBefore) {
      ends[index - 1] = at + octets;
    } else if (touchesBehind) {
      starts[index] = at;
    } else {
      starts.splice(index, 0, at);
      ends.splice(index, 0, at + octets);
    }
    const last = ends.length - 1;
    if (ends[last] !== this.fileEnd) return;
    this.fileEnd = starts[last];
    this.removeFree(last);
  }

  private removeFree(index: number): void {
    this.starts.splice(index, 1);
    this.ends.splice(index, 1);
  }

  /** Index of the first free part that begins behind `at`. */
  private freeBehind(at: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
