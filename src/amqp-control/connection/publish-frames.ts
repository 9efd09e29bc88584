import {
  CONTENT_HEADER_FIXED_SIZE,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_METHOD,
  FRAME_OVERHEAD,
} from '../../wire/frame.ts';
import { MessageView } from '../../wire/message-view.ts';
import { readUint16, readUint32, readUint64 } from '../../wire/octets.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import { checkContentHeader, publishBitsAt } from '../channel/content-assembly.ts';

/**
 * Octets of one message, three frames, that wait in the read buffer until they are complete; a
 * larger one is put together apart, so that its octets are moved once and not with every read.
 */
export const WAITING_MESSAGE_OCTETS_MAX = 16 * 1024;

const METHOD_ID_OCTETS = 4;

/** What `locate` found. */
export const WHOLE = 1;
export const INCOMPLETE = 0;
export const NOT_IN_PLACE = -1;

/**
 * Finds a message that lies in the read buffer as most do: Basic.Publish, header frame and at most
 * one body frame, one behind the other, complete. Nothing is copied and no object is made for it.
 *
 *     at
 *     | 1 channel size  60,40 ticket names bits  CE
 *     | 2 channel size  60 weight body-size flags properties  CE
 *     | 3 channel size  body  CE |
 *                                 next
 */
export class PublishFrames {
  /** The message, if `locate` returned WHOLE. */
  readonly view = new MessageView();
  /** Last octet of the Basic.Publish: mandatory and immediate. */
  bits = 0;
  /** Offset behind the last frame. */
  next = 0;

  /**
   * @param at offset of a method frame that holds at least class and method
   * @returns WHOLE; INCOMPLETE if more octets must come before that can be decided; NOT_IN_PLACE if
   *   frame by frame is the way to go (also for whatever is wrong with the frames themselves)
   * @throws ProtocolError 502, 505 for malformed arguments or properties
   */
  locate(b: Buffer, at: number, end: number, frameMax: number): number {
    const channel = readUint16(b, at + 1);
    const argumentsAt = at + FRAME_HEADER_SIZE + METHOD_ID_OCTETS;
    const methodEnd = at + FRAME_HEADER_SIZE + readUint32(b, at + 3);
    const headerAt = methodEnd + 1;
    if (headerAt + FRAME_HEADER_SIZE > end) return this.short(at, end);
    if (b[methodEnd] !== FRAME_END) return NOT_IN_PLACE;
    if (b[headerAt] !== FRAME_HEADER || readUint16(b, headerAt + 1) !== channel)
      return NOT_IN_PLACE;
    const headerOctets = readUint32(b, headerAt + 3);
    if (headerOctets > frameMax) return NOT_IN_PLACE;
    const payloadAt = headerAt + FRAME_HEADER_SIZE;
    const headerEnd = payloadAt + headerOctets;
    if (headerEnd >= end) return this.short(at, end);
    if (b[headerEnd] !== FRAME_END) return NOT_IN_PLACE;
    const bitsAt = publishBitsAt(b, argumentsAt, methodEnd);
    checkContentHeader(b, payloadAt, headerEnd);
    const bodySize = readUint64(b, payloadAt + 4);
    let next = headerEnd + 1;
    if (bodySize > 0) {
      const bodyFrameAt = next;
      next += FRAME_OVERHEAD + bodySize;
      if (bodySize > frameMax) return NOT_IN_PLACE;
      if (next > end) {
        return bodySize > WAITING_MESSAGE_OCTETS_MAX ? NOT_IN_PLACE : this.short(at, end);
      }
      if (b[bodyFrameAt] !== FRAME_BODY || readUint16(b, bodyFrameAt + 1) !== channel) {
        return NOT_IN_PLACE;
      }
      if (readUint32(b, bodyFrameAt + 3) !== bodySize || b[next - 1] !== FRAME_END) {
        return NOT_IN_PLACE;
      }
    }
    const { view } = this;
    view.envelope = b;
    view.exchangeAt = argumentsAt + 2;
    view.routingKeyAt = view.exchangeAt + 1 + b[view.exchangeAt];
    view.propertiesAt = payloadAt + CONTENT_HEADER_FIXED_SIZE;
    view.propertiesEnd = headerEnd;
    view.body = b;
    view.bodyAt = headerEnd + 1 + FRAME_HEADER_SIZE;
    view.bodySize = bodySize;
    view.bodyOwned = false;
    this.bits = b[bitsAt];
    this.next = next;
    return WHOLE;
  }

  private short(at: number, end: number): number {
    return end - at > WAITING_MESSAGE_OCTETS_MAX ? NOT_IN_PLACE : INCOMPLETE;
  }
}

/**
 * Whether the octets at `at` are a method frame with Basic.Publish; at least its first 11 octets
 * must be there.
 */
export function isPublish(b: Buffer, at: number): boolean {
  return b[at] === FRAME_METHOD && readUint32(b, at + FRAME_HEADER_SIZE) === BASIC_PUBLISH;
}
