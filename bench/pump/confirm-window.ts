import { FRAME_HEADER_SIZE, FRAME_METHOD, FRAME_OVERHEAD } from '../../src/wire/frame.ts';
import { readUint32, readUint64 } from '../../src/wire/octets.ts';
import { BASIC_ACK, BASIC_NACK } from '../../src/wire/spec.ts';

/** The method number follows the frame header, then come the arguments. */
const TAG_AT = FRAME_HEADER_SIZE + 4;
const MULTIPLE_AT = TAG_AT + 8;

/** Which messages of a publisher in confirm mode the broker has not answered yet. */
export class ConfirmWindow {
  /** Messages sent and not answered. */
  outstanding = 0;
  /** Messages answered with Basic.Nack. */
  refused = 0;

  /** By delivery tag modulo its length, which is a power of two: 1 = not answered. */
  readonly #waiting: Uint8Array;
  readonly #mask: number;
  /** No tag below this one waits. */
  #oldestTag = 1;
  #nextTag = 1;

  /** @param capacityMessages the most messages that are ever outstanding */
  constructor(capacityMessages: number) {
    const capacity = 2 ** Math.ceil(Math.log2(capacityMessages));
    this.#waiting = new Uint8Array(capacity);
    this.#mask = capacity - 1;
  }

  /** Notes that `count` more messages were sent. */
  sent(count: number): void {
    for (let i = 0; i < count; i++) this.#waiting[this.#nextTag++ & this.#mask] = 1;
    this.outstanding += count;
  }

  /**
   * Takes the whole frames in [from, to).
   * @returns the offset behind the last whole frame
   * @throws Error if the broker sent a method other than Basic.Ack and Basic.Nack
   */
  push(b: Buffer, from: number, to: number): number {
    let at = from;
    while (to - at >= FRAME_HEADER_SIZE) {
      const frameOctets = readUint32(b, at + 3) + FRAME_OVERHEAD;
      if (to - at < frameOctets) break;
      if (b[at] === FRAME_METHOD) this.#answer(b, at);
      at += frameOctets;
    }
    return at;
  }

  #answer(b: Buffer, at: number): void {
    const method = readUint32(b, at + FRAME_HEADER_SIZE);
    if (method !== BASIC_ACK && method !== BASIC_NACK) {
      throw new Error(`Expected a confirm, got method 0x${method.toString(16)}`);
    }
    const tag = readUint64(b, at + TAG_AT);
    const before = this.outstanding;
    if ((b[at + MULTIPLE_AT] & 1) === 0) this.#settle(tag);
    else for (let each = this.#oldestTag; each <= tag; each++) this.#settle(each);
    if (method === BASIC_NACK) this.refused += before - this.outstanding;
    while (this.#oldestTag < this.#nextTag && this.#waiting[this.#oldestTag & this.#mask] === 0) {
      this.#oldestTag++;
    }
  }

  #settle(tag: number): void {
    const slot = tag & this.#mask;
    if (tag < this.#nextTag && this.#waiting[slot] === 1) {
      this.#waiting[slot] = 0;
      this.outstanding--;
    }
  }
}
