import { copyOctets, octetsEqual, SHORTSTR_MAX_OCTETS, shortstrText } from '../../wire/octets.ts';

/**
 * Turns short strings into text, at the price of a comparison where the one before was the same.
 */
export class TextMemo {
  private readonly octets = Buffer.alloc(1 + SHORTSTR_MAX_OCTETS);
  private text = '';

  /** The text of the short string at `at`. */
  read(b: Buffer, at: number): string {
    const size = 1 + b[at];
    if (!octetsEqual(b, at, this.octets, 0, size)) {
      copyOctets(b, at, at + size, this.octets, 0);
      this.text = shortstrText(b, at);
    }
    return this.text;
  }
}
