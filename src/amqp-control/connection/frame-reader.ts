import {
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
} from '../../wire/frame.ts';
import { readUint16, readUint32 } from '../../wire/octets.ts';
import { connectionError, type ProtocolError } from '../../wire/protocol-error.ts';
import { FRAME_ERROR, UNEXPECTED_FRAME } from '../../wire/reply-code.ts';
import type { Channel } from '../channel/channel.ts';
import { INCOMPLETE, isPublish, PublishFrames, WHOLE } from './publish-frames.ts';

/** Octets that `isPublish` looks at. */
const METHOD_PREFIX_OCTETS = FRAME_HEADER_SIZE + 4;

const NO_BODY_UNDER_WAY = -1;

/** Who the frames are for. */
export interface FrameHandler {
  /** Octets of the largest frame. */
  readonly frameMax: number;
  /** Octets of the largest body accepted. */
  readonly bodyOctetsMax: number;
  /** The channel if it can take a whole message at once, otherwise null. */
  publishingChannel(number: number): Channel | null;
  /** A whole message on that channel; `frames` describes it. */
  takePublication(channel: Channel, frames: PublishFrames): void;
  takeMethod(channel: number, b: Buffer, payloadAt: number, payloadEnd: number): void;
  takeHeader(channel: number, b: Buffer, payloadAt: number, payloadEnd: number): void;
  /** Octets of a body frame, not necessarily all of them. */
  takeBody(channel: number, b: Buffer, at: number, to: number): void;
}

/**
 * Finds the frames in the octets of one connection and hands them over in place. Only body frames
 * are handed over in pieces; of others, what is incomplete must be presented again.
 */
export class FrameReader {
  /** Where reading goes on behind the frame under way, should it fail. */
  resumeAt = 0;
  /** Where the frame begins that was handed over whole, and last. */
  frameAt = 0;

  private readonly handler: FrameHandler;
  private readonly frames = new PublishFrames();
  private bodyChannel = 0;
  /** Of a body frame that comes in pieces, its end octet not counted; or NO_BODY_UNDER_WAY. */
  private bodyOctetsLeft = NO_BODY_UNDER_WAY;

  constructor(handler: FrameHandler) {
    this.handler = handler;
  }

  /**
   * Reads the octets [from, end).
   * @returns the offset of the first octet that must be presented again, followed by more
   * @throws ProtocolError 501, 505, and whatever the handler throws; `resumeAt` is set then
   */
  read(b: Buffer, from: number, end: number): number {
    let at = from;
    this.resumeAt = at;
    while (end - at >= FRAME_HEADER_SIZE) {
      if (this.bodyOctetsLeft !== NO_BODY_UNDER_WAY) {
        at = this.continueBody(b, at, end);
        continue;
      }
      if (end - at >= METHOD_PREFIX_OCTETS && isPublish(b, at)) {
        const next = this.publishInPlace(b, at, end);
        if (next === INCOMPLETE) return at;
        if (next > 0) {
          at = next;
          continue;
        }
      }
      const next = this.takeFrame(b, at, end);
      if (next === INCOMPLETE) return at;
      at = next;
    }
    return this.bodyOctetsLeft > 0 ? this.continueBody(b, at, end) : at;
  }

  /** Forgets a body frame under way: nothing more is expected. */
  reset(): void {
    this.bodyOctetsLeft = NO_BODY_UNDER_WAY;
  }

  /** @returns the offset behind the message, INCOMPLETE, or NOT_IN_PLACE */
  private publishInPlace(b: Buffer, at: number, end: number): number {
    const { handler, frames } = this;
    const channel = handler.publishingChannel(readUint16(b, at + 1));
    if (channel === null) return -1;
    // Malformed frames close the connection; where reading goes on doesn't matter then.
    this.resumeAt = end;
    const found = frames.locate(b, at, end, handler.frameMax);
    this.resumeAt = at;
    if (found !== WHOLE) return found;
    if (frames.view.bodySize > handler.bodyOctetsMax) return -1;
    this.resumeAt = frames.next;
    handler.takePublication(channel, frames);
    return frames.next;
  }

  /**
   * Takes one frame, or the part of a body frame that is there.
   * @returns the offset behind it, or INCOMPLETE
   */
  private takeFrame(b: Buffer, at: number, end: number): number {
    const { frameMax } = this.handler;
    const type = b[at];
    const channel = readUint16(b, at + 1);
    const octets = readUint32(b, at + 3);
    // OpenAMQ's clients send up to frame-max octets of payload (DMP section 7).
    if (octets > frameMax) {
      throw connectionError(
        FRAME_ERROR,
        `frame of ${octets} octets of payload is larger than frame_max (${frameMax})`,
      );
    }
    if (!isFrameType(type)) throw connectionError(FRAME_ERROR, `unknown frame type ${type}`);
    const payloadAt = at + FRAME_HEADER_SIZE;
    const payloadEnd = payloadAt + octets;
    if (payloadEnd >= end) {
      if (type !== FRAME_BODY || octets === 0) return INCOMPLETE;
      this.bodyChannel = channel;
      this.bodyOctetsLeft = octets;
      return this.continueBody(b, payloadAt, end);
    }
    if (b[payloadEnd] !== FRAME_END) throw badFrameEnd(b[payloadEnd]);
    this.frameAt = at;
    this.resumeAt = payloadEnd + 1;
    this.hand(type, channel, b, payloadAt, payloadEnd);
    return payloadEnd + 1;
  }

  private hand(type: number, channel: number, b: Buffer, at: number, to: number): void {
    switch (type) {
      case FRAME_METHOD:
        this.handler.takeMethod(channel, b, at, to);
        return;
      case FRAME_HEADER:
        this.handler.takeHeader(channel, b, at, to);
        return;
      case FRAME_BODY:
        this.handler.takeBody(channel, b, at, to);
        return;
      default:
        if (channel !== 0) {
          throw connectionError(UNEXPECTED_FRAME, `heartbeat on channel ${channel}, must be 0`);
        }
    }
  }

  /**
   * The next piece of a body frame that didn't arrive whole.
   * @returns the offset behind what was taken
   */
  private continueBody(b: Buffer, at: number, end: number): number {
    const to = Math.min(at + this.bodyOctetsLeft, end);
    this.bodyOctetsLeft -= to - at;
    if (to === end) {
      this.resumeAt = to;
      if (to > at) this.handler.takeBody(this.bodyChannel, b, at, to);
      return to;
    }
    this.bodyOctetsLeft = NO_BODY_UNDER_WAY;
    if (b[to] !== FRAME_END) throw badFrameEnd(b[to]);
    this.resumeAt = to + 1;
    // Its last octets may have come, and have completed the message, without the frame's end.
    if (to > at) this.handler.takeBody(this.bodyChannel, b, at, to);
    return to + 1;
  }
}

function isFrameType(type: number): boolean {
  return (
    type === FRAME_METHOD ||
    type === FRAME_HEADER ||
    type === FRAME_BODY ||
    type === FRAME_HEARTBEAT
  );
}

function badFrameEnd(octet: number): ProtocolError {
  return connectionError(FRAME_ERROR, `frame ends with octet ${octet}, must be ${FRAME_END}`);
}
