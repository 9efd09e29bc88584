import { FRAME_END, FRAME_HEADER_SIZE, FRAME_OVERHEAD } from './frame.ts';
import { copyOctets, readUint16, readUint32 } from './octets.ts';
import { connectionError } from './protocol-error.ts';
import { FRAME_ERROR } from './reply-code.ts';

/** Takes one frame, whose payload is [payloadAt, payloadEnd) of `b` until it returns. */
export type FrameHandler = (
  type: number,
  channel: number,
  b: Buffer,
  payloadAt: number,
  payloadEnd: number,
) => void;

/**
 * Cuts a stream of octets, in pieces of any size, into frames. A frame that lies in one piece is
 * handed on in place; only one that is split is copied together.
 */
export class FrameSplitter {
  /** Largest payload accepted, in octets; may be changed when the connection has been tuned. */
  payloadMaxOctets: number;
  /** A frame of which the first `pendingSize` octets have come. */
  private pending = Buffer.alloc(FRAME_HEADER_SIZE);
  private pendingSize = 0;

  constructor(payloadMaxOctets: number) {
    this.payloadMaxOctets = payloadMaxOctets;
  }

  /**
   * Hands every frame that `chunk` completes to `onFrame`.
   * @throws ProtocolError FRAME_ERROR if a payload is too large or a frame does not end as it must
   */
  push(chunk: Buffer, onFrame: FrameHandler): void {
    let at = this.pendingSize === 0 ? 0 : this.completePending(chunk, onFrame);
    while (chunk.length - at >= FRAME_HEADER_SIZE) {
      const frameSize = this.frameSize(chunk, at);
      if (chunk.length - at < frameSize) break;
      handOn(chunk, at, frameSize, onFrame);
      at += frameSize;
    }
    if (at < chunk.length) this.keep(chunk, at);
  }

  /** Adds the octets that the pending frame lacks; returns how many `chunk` had of them. */
  private completePending(chunk: Buffer, onFrame: FrameHandler): number {
    let at = this.fillPending(chunk, 0, FRAME_HEADER_SIZE);
    if (this.pendingSize < FRAME_HEADER_SIZE) return at;
    const frameSize = this.frameSize(this.pending, 0);
    this.growPending(frameSize);
    at = this.fillPending(chunk, at, frameSize);
    if (this.pendingSize === frameSize) {
      this.pendingSize = 0;
      handOn(this.pending, 0, frameSize, onFrame);
    }
    return at;
  }

  /** Keeps the octets from `at`, the beginning of a frame, for the next call. */
  private keep(chunk: Buffer, at: number): void {
    const rest = chunk.length - at;
    if (rest >= FRAME_HEADER_SIZE) this.growPending(this.frameSize(chunk, at));
    this.fillPending(chunk, at, this.pendingSize + rest);
  }

  private fillPending(chunk: Buffer, at: number, wantedSize: number): number {
    const to = Math.min(chunk.length, at + Math.max(0, wantedSize - this.pendingSize));
    copyOctets(chunk, at, to, this.pending, this.pendingSize);
    this.pendingSize += to - at;
    return to;
  }

  private growPending(frameSize: number): void {
    if (this.pending.length >= frameSize) return;
    const larger = Buffer.allocUnsafe(frameSize);
    larger.set(this.pending.subarray(0, this.pendingSize));
    this.pending = larger;
  }

  /** Octets of the frame that starts at `at`, of which the first seven are there. */
  private frameSize(b: Buffer, at: number): number {
    const payloadSize = readUint32(b, at + 3);
    if (payloadSize > this.payloadMaxOctets) {
      const limit = `the limit is ${this.payloadMaxOctets}`;
      throw connectionError(FRAME_ERROR, `a frame with ${payloadSize} octets of payload, ${limit}`);
    }
    return payloadSize + FRAME_OVERHEAD;
  }
}

function handOn(b: Buffer, at: number, frameSize: number, onFrame: FrameHandler): void {
  const payloadEnd = at + frameSize - 1;
  if (b[payloadEnd] !== FRAME_END) {
    throw connectionError(FRAME_ERROR, `a frame ends in ${b[payloadEnd]}, not in ${FRAME_END}`);
  }
  onFrame(b[at], readUint16(b, at + 1), b, at + FRAME_HEADER_SIZE, payloadEnd);
}
