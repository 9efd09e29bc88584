/**
 * A large ArrayBuffer begins this many octets behind a page; the kernel copies thrice as fast to a
 * page's beginning.
 */
const OCTETS_BEHIND_PAGE = 16;

const PAGE_OCTETS = 4096;

/**
 * The memory that all sockets of a thread read into: what one socket has read is handled before the
 * next one reads. In front of it there is room for what a socket had left over, so that a frame
 * which came in two parts is complete in place:
 *
 *     | headroom    [left over | octets read        |          ]
 *                   at         readAt                end
 */
export class ReadBuffer {
  readonly octets: Buffer;
  /** Offset of what is read. */
  readonly readAt: number;
  /** The part to read into. */
  readonly target: Buffer;
  private readonly targets: Buffer[] = [];

  /**
   * @param leftOverMax octets that a socket may leave over
   * @param readMax octets that are read at once, a multiple of 4
   */
  constructor(leftOverMax: number, readMax: number) {
    this.readAt =
      Math.ceil((leftOverMax + OCTETS_BEHIND_PAGE) / PAGE_OCTETS) * PAGE_OCTETS -
      OCTETS_BEHIND_PAGE;
    this.octets = Buffer.allocUnsafeSlow(this.readAt + readMax);
    this.target = this.octets.subarray(this.readAt);
  }

  /** The part to read at most `octets` into, a power of two. */
  targetOf(octets: number): Buffer {
    const index = Math.clz32(octets);
    this.targets[index] ??= this.target.subarray(0, octets);
    return this.targets[index];
  }

  /** Puts what was left over in front of what was read. @returns its offset */
  prepend(leftOver: Buffer): number {
    const at = this.readAt - leftOver.length;
    this.octets.set(leftOver, at);
    return at;
  }
}
