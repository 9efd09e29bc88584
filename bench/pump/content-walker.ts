import { CONTENT_SIZE_FIELD } from '../../src/wire/dmp-content.ts';
import { readUint32 } from '../../src/wire/octets.ts';
import type { DeliveryWalker } from './delivery-walker.ts';
import { STAMP_OCTETS } from './stamp.ts';
import type { StampChecker } from './stamp-checker.ts';

/** DMP contents with heartbeats between them. */
export class ContentWalker implements DeliveryWalker {
  readonly headOctets: number;
  messages = 0;

  readonly #contentOctets: number;
  readonly #bodyAt: number;
  readonly #stamps: StampChecker | null;
  /** Octets of the current content that are still to come. */
  #skip = 0;

  constructor(contentOctets: number, bodyAt: number, stamps: StampChecker | null) {
    this.#contentOctets = contentOctets;
    this.#bodyAt = bodyAt;
    this.#stamps = stamps;
    this.headOctets = stamps === null ? CONTENT_SIZE_FIELD : bodyAt + STAMP_OCTETS;
  }

  walk(b: Buffer, from: number, to: number, arrivalNs: number): number {
    let at = from + Math.min(this.#skip, to - from);
    this.#skip -= at - from;
    if (this.#stamps === null) at += this.#equalContents(b, at, to);
    while (to - at >= CONTENT_SIZE_FIELD) {
      const end = at + CONTENT_SIZE_FIELD + readUint32(b, at);
      if (end - at > CONTENT_SIZE_FIELD) {
        if (to - at < this.headOctets) break;
        this.#stamps?.check(b, at + this.#bodyAt, arrivalNs);
        this.messages++;
      }
      at = Math.min(end, to);
      this.#skip = end - at;
    }
    return at;
  }

  /**
   * Counts the whole contents from `at` by division when the first and the last of them have the
   * expected size: a heartbeat or another size between would have shifted the last.
   * @returns their octets, 0 if they have to be walked
   */
  #equalContents(b: Buffer, at: number, to: number): number {
    const size = this.#contentOctets;
    const count = Math.floor((to - at) / size);
    if (count === 0) return 0;
    const last = at + (count - 1) * size;
    const expected = size - CONTENT_SIZE_FIELD;
    if (readUint32(b, at) !== expected || readUint32(b, last) !== expected) return 0;
    this.messages += count;
    return count * size;
  }
}
