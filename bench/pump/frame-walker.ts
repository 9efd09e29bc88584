import {
  FRAME_BODY,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_METHOD,
  FRAME_OVERHEAD,
} from '../../src/wire/frame.ts';
import { readUint32 } from '../../src/wire/octets.ts';
import { BASIC_DELIVER } from '../../src/wire/spec.ts';
import type { DeliveryWalker } from './delivery-walker.ts';
import { STAMP_OCTETS } from './stamp.ts';
import type { StampChecker } from './stamp-checker.ts';

/** The method number follows the frame header. */
const METHOD_HEAD_OCTETS = FRAME_HEADER_SIZE + 4;

/** AMQP frames: counts content headers, and insists that the only method is Basic.Deliver. */
export class FrameWalker implements DeliveryWalker {
  readonly headOctets = FRAME_HEADER_SIZE + STAMP_OCTETS;
  messages = 0;

  readonly #stamps: StampChecker | null;
  /** Octets of the current frame that are still to come. */
  #skip = 0;
  /** Whether the next body frame is the first of its message. */
  #bodyBegins = false;

  constructor(stamps: StampChecker | null) {
    this.#stamps = stamps;
  }

  walk(b: Buffer, from: number, to: number, arrivalNs: number): number {
    let at = from + Math.min(this.#skip, to - from);
    this.#skip -= at - from;
    while (to - at >= FRAME_HEADER_SIZE) {
      const end = at + readUint32(b, at + 3) + FRAME_OVERHEAD;
      if (to - at < this.#wantedOctets(b[at])) break;
      this.#take(b, at, arrivalNs);
      at = Math.min(end, to);
      this.#skip = end - at;
    }
    return at;
  }

  #wantedOctets(type: number): number {
    if (type === FRAME_METHOD) return METHOD_HEAD_OCTETS;
    return type === FRAME_BODY && this.#bodyBegins ? this.headOctets : FRAME_HEADER_SIZE;
  }

  #take(b: Buffer, at: number, arrivalNs: number): void {
    const type = b[at];
    if (type === FRAME_HEADER) {
      this.messages++;
      this.#bodyBegins = this.#stamps !== null;
    } else if (type === FRAME_BODY && this.#bodyBegins) {
      this.#bodyBegins = false;
      this.#stamps?.check(b, at + FRAME_HEADER_SIZE, arrivalNs);
    } else if (type === FRAME_METHOD) {
      const method = readUint32(b, at + FRAME_HEADER_SIZE);
      if (method !== BASIC_DELIVER) {
        throw new Error(`Expected Basic.Deliver, got method 0x${method.toString(16)}`);
      }
    }
  }
}
