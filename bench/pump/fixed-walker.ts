import type { DeliveryWalker } from './delivery-walker.ts';
import type { StampChecker } from './stamp-checker.ts';
import { STAMP_OCTETS } from './stamp.ts';

/** Deliveries that all have the same size: counted by octets, unless stamps are to be checked. */
export class FixedWalker implements DeliveryWalker {
  readonly headOctets: number;
  messages = 0;

  readonly #messageOctets: number;
  readonly #bodyAt: number;
  readonly #stamps: StampChecker | null;
  /** Octets seen (without stamps), or still to come of the current message (with). */
  #octets = 0;

  constructor(messageOctets: number, bodyAt: number, stamps: StampChecker | null) {
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
      stamps.check(b, at + this.#bodyAt, arrivalNs);
      this.messages++;
      const end = at + this.#messageOctets;
      at = Math.min(end, to);
      this.#octets = end - at;
    }
    return at;
  }
}
