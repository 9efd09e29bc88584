import { contentEnd, contentsIn } from './content-walk.ts';
import { copyContents } from './copy-contents.ts';

/**
 * Contents that go to one feed, one behind the other, of which the first may be partly gone:
 *
 *       gone      | begun        | whole contents          |
 *     ------------+--------------+-------------------------+
 *                 at          openEnd                     end
 */
export class Piece {
  bytes: Buffer;
  /** Whether `bytes` may be filled again: it belongs to nobody else. */
  readonly isReusable: boolean;
  /** The next octet to go. */
  at = 0;
  /** End of the content, or heartbeat, that has begun to go; equal to `at` if none has. */
  openEnd = 0;
  end = 0;
  /** Contents that aren't completely gone. */
  contents = 0;
  /** The piece that follows it in a backlog. */
  next: Piece | null = null;
  /** 1 if it is a content that has begun to go, 0 for a heartbeat or nothing. */
  private openContents = 0;

  constructor(bytes: Buffer, isReusable: boolean) {
    this.bytes = bytes;
    this.isReusable = isReusable;
  }

  /** Makes this the whole contents in [from, to) of `bytes`. */
  setWhole(bytes: Buffer, from: number, to: number, contents: number): void {
    this.bytes = bytes;
    this.at = from;
    this.openEnd = from;
    this.end = to;
    this.contents = contents;
    this.openContents = 0;
  }

  /** Copies what is left of the content that has begun to go in `source`, and nothing else. */
  setOpen(source: Piece): void {
    const octets = source.openEnd - source.at;
    copyContents(source.bytes, source.at, source.openEnd, this.bytes, 0);
    this.at = 0;
    this.openEnd = octets;
    this.end = octets;
    this.contents = source.openContents;
    this.openContents = source.openContents;
  }

  /** Octets that aren't gone. */
  get octets(): number {
    return this.end - this.at;
  }

  /** Contents that haven't begun to go. */
  get wholeContents(): number {
    return this.contents - this.openContents;
  }

  /** Whether the next octet to go is in the middle of something. */
  get isOpen(): boolean {
    return this.openEnd > this.at;
  }

  /** End of what the next octet to go belongs to. */
  nextEnd(): number {
    return this.isOpen ? this.openEnd : contentEnd(this.bytes, this.at);
  }

  /**
   * Notes that the next `octets` octets are gone.
   * @returns how many contents are completely gone with them
   */
  advance(octets: number): number {
    this.at += octets;
    const completed = this.at === this.end ? this.contents : this.walkTo(this.at);
    if (this.at === this.end) {
      this.openEnd = this.end;
      this.openContents = 0;
    }
    this.contents -= completed;
    return completed;
  }

  /** Steps on until a content reaches `at`; returns how many end before or there. */
  private walkTo(at: number): number {
    let end = this.openEnd;
    let open = this.openContents;
    let completed = 0;
    while (end < at) {
      completed += open;
      const next = contentEnd(this.bytes, end);
      open = contentsIn(end, next);
      end = next;
    }
    if (end === at) {
      completed += open;
      open = 0;
    }
    this.openEnd = end;
    this.openContents = open;
    return completed;
  }
}
