import type { SpscRing } from './spsc-ring.ts';

const WORD_OCTETS = 4;
const WORD_SHIFT = 2;

/**
 * Octets up to which copying word by word beats `Buffer.copy`, whose call costs 40 to 60 ns
 * (measured on Node.js 20 and 24; copying octet by octet loses beyond 40).
 */
const WORD_COPY_MAX_OCTETS = 128;

/**
 * A buffer from which records are copied into rings again and again, a read buffer for instance:
 * made once per buffer, because the views it needs cost more than a copy.
 */
export class RingSource {
  readonly octets: Buffer;
  /** Where `octets` starts in its ArrayBuffer. */
  readonly offset: number;
  private readonly words: Int32Array;

  /**
   * @param octets must span whole words: its offset in its ArrayBuffer and its length are multiples
   *   of 4 octets
   * @throws RangeError if they are not
   */
  constructor(octets: Buffer) {
    if (octets.byteOffset % WORD_OCTETS !== 0 || octets.length % WORD_OCTETS !== 0) {
      throw new RangeError('The source of a ring must start and end on a word');
    }
    this.octets = octets;
    this.offset = octets.byteOffset;
    this.words = new Int32Array(octets.buffer, octets.byteOffset, octets.length / WORD_OCTETS);
  }

  /**
   * Copies the octets [from, to) to `at` in the ring's `bytes`. If `at` and `from` agree modulo 4,
   * up to three octets before and behind may be copied with them: a record has room for both.
   */
  copyTo(ring: SpscRing, at: number, from: number, to: number): void {
    if (to - from > WORD_COPY_MAX_OCTETS || ((at ^ from) & (WORD_OCTETS - 1)) !== 0) {
      this.octets.copy(ring.bytes, at, from, to);
      return;
    }
    const source = this.words;
    const target = ring.bytesAsWords;
    const end = (to + WORD_OCTETS - 1) >> WORD_SHIFT;
    for (let i = from >> WORD_SHIFT, j = at >> WORD_SHIFT; i < end; i++, j++) {
      target[j] = source[i];
    }
  }
}
