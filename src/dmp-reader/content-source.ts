import { RingSource } from '../ring/ring-source.ts';
import { allocateShared } from '../ring/shared-octets.ts';

/** Memory for sources comes in whole words, because RingSource copies words. */
const WORD_OCTETS = 4;

/**
 * Octets in which contents lie and from which they are copied into rings. Made once per buffer: the
 * views it needs cost more than a content.
 */
export class ContentSource {
  readonly octets: Buffer;
  readonly ring: RingSource;
  /** The memory, if other threads may be given it and it holds one content from its start. */
  readonly shared: SharedArrayBuffer | null;
  /** The octets as words at any offset, which compile to single loads. */
  readonly view: DataView;

  /**
   * @param octets must span whole words, see RingSource
   * @throws RangeError if they don't
   */
  constructor(octets: Buffer) {
    this.octets = octets;
    this.ring = new RingSource(octets);
    this.shared = octets.buffer instanceof SharedArrayBuffer ? octets.buffer : null;
    this.view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  }

  /** A source with room for at least `octets` octets; what they are is undefined. */
  static allocate(octets: number): ContentSource {
    return new ContentSource(Buffer.allocUnsafeSlow(wholeWords(octets)));
  }

  /** The same in shared memory, for one content that lies at its start. */
  static allocateShared(octets: number): ContentSource {
    return new ContentSource(Buffer.from(allocateShared(wholeWords(octets))));
  }

  /**
   * Whether the `length` octets at `a` are the same as those at `b`. Compares words at any offset,
   * which compile to single loads: 35 octets take a sixth of the time they take one by one. First
   * the first word, then from the end: envelopes differ in their sizes or in their keys' ends.
   */
  sameOctets(a: number, b: number, length: number): boolean {
    const { view } = this;
    const lastWord = length - WORD_OCTETS;
    if (lastWord < 0) return this.sameFew(a, b, length);
    if (view.getInt32(a, true) !== view.getInt32(b, true)) return false;
    for (let i = lastWord; i > 0; i -= WORD_OCTETS) {
      if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
    }
    return true;
  }

  /** The signed 32-bit integer, in network byte order, at `at`. */
  word(at: number): number {
    return this.view.getInt32(at);
  }

  private sameFew(a: number, b: number, length: number): boolean {
    const { octets } = this;
    for (let i = 0; i < length; i++) if (octets[a + i] !== octets[b + i]) return false;
    return true;
  }
}

function wholeWords(octets: number): number {
  return (octets + WORD_OCTETS - 1) & -WORD_OCTETS;
}
