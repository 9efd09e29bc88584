import { octetsEqual } from '../../src/wire/octets.ts';
import type { DeliveryWalker } from './delivery-walker.ts';
import { STAMP_OCTETS } from './stamp.ts';
import type { StampChecker } from './stamp-checker.ts';

/** Deliveries that all have the same size: counted by octets, unless stamps are to be checked. */
export class FixedWalker implements DeliveryWalker {
  readonly headOctets: number;
  messages = 0;

  readonly #messageOctets: number;
  readonly #bodyAt: number;
  readonly #stamps: StampChecker | null;
  /** Shorter than a message: the few that come don't change a count by octets. */
  readonly #interjection: Buffer;
  /** Octets seen (without stamps), or still to come of the current message (with). */
  #octets = 0;

  /** @param interjection what the server may put between two messages; empty if it doesn't */
  constructor(
    messageOctets: number,
    bodyAt: number,
    interjection: string,
    stamps: StampChecker | null,
  ) {
    this.#interjection = Buffer.from(interjection);
    this.#messageOctets = messageOctets;
    this.#bodyAt = bodyAt;
    this.#stamps = stamps;
    this.headOctets = stamps === null ? 1 : bodyAt + STAMP_OCTETS;
  }

  walk(b: Buffer, from: number, to: number, arrivalNs: number): number {
    if (this.#stamps !== null) return this.#walkStamped(b, from, to, arrivalNs, this.#stamps);
    this.#octets += to - from;
    this.messages = Math.floor(this.#octets / this.#messageOctets);
    return to;
  }

  #walkStamped(
    b: Buffer,
    from: number,
    to: number,
    arrivalNs: number,
    stamps: StampChecker,
  ): number {
    let at = from + Math.min(this.#octets, to - from);
    this.#octets -= at - from;
    while (to - at >= this.headOctets) {
      if (this.#isInterjection(b, at)) {
        at += this.#interjection.length;
        continue;
      }
      stamps.check(b, at + this.#bodyAt, arrivalNs);
      this.messages++;
      const end = at + this.#messageOctets;
      at = Math.min(end, to);
      this.#octets = end - at;
    }
    return at;
  }

  #isInterjection(b: Buffer, at: number): boolean {
    const { length } = this.#interjection;
    return length > 0 && octetsEqual(b, at, this.#interjection, 0, length);
  }
}
