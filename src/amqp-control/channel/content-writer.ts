import {
  BASIC_CLASS_ID,
  CONTENT_HEADER_FIXED_SIZE,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_OVERHEAD,
} from '../../wire/frame.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { copyOctets, writeUint16, writeUint32, writeUint64 } from '../../wire/octets.ts';
import type { Outbox } from '../io/outbox.ts';

/**
 * Bodies of at least this size leave by reference when nobody can overwrite them: a copy would cost
 * more than an iovec.
 */
const REFERENCE_BODY_MIN_OCTETS = 16 * 1024;

/**
 * Octets that `writeContent` reserves and writes in the caller's piece for this message, without a
 * large body.
 */
export function contentOctets(view: MessageView, frameMax: number): number {
  const header =
    FRAME_OVERHEAD + CONTENT_HEADER_FIXED_SIZE + view.propertiesEnd - view.propertiesAt;
  const { bodySize } = view;
  if (bodySize === 0) return header;
  return bodySize + FRAME_OVERHEAD <= frameMax ? header + FRAME_OVERHEAD + bodySize : header;
}

/**
 * Writes the header frame and the body frames of a message behind a method frame that announces it.
 * The caller has reserved `contentOctets` at `outbox.at`.
 */
export function writeContent(
  outbox: Outbox,
  channel: number,
  view: MessageView,
  frameMax: number,
): void {
  const b = outbox.bytes;
  const { envelope, propertiesAt, propertiesEnd, bodySize } = view;
  let at = writeFrameHeader(
    b,
    outbox.at,
    FRAME_HEADER,
    channel,
    CONTENT_HEADER_FIXED_SIZE + propertiesEnd - propertiesAt,
  );
  writeUint32(b, BASIC_CLASS_ID << 16, at);
  writeUint64(b, bodySize, at + 4);
  at += CONTENT_HEADER_FIXED_SIZE;
  copyOctets(envelope, propertiesAt, propertiesEnd, b, at);
  at += propertiesEnd - propertiesAt;
  b[at++] = FRAME_END;
  if (bodySize > 0 && bodySize + FRAME_OVERHEAD <= frameMax) {
    at = writeFrameHeader(b, at, FRAME_BODY, channel, bodySize);
    if (view.bodyOwned && bodySize >= REFERENCE_BODY_MIN_OCTETS) {
      outbox.at = at;
      writeReference(outbox, view, 0, bodySize);
      return;
    }
    copyOctets(view.body, view.bodyAt, view.bodyAt + bodySize, b, at);
    at += bodySize;
    b[at++] = FRAME_END;
    outbox.at = at;
    return;
  }
  outbox.at = at;
  if (bodySize > 0) writeBodyFrames(outbox, channel, view, frameMax);
}

/** Writes the seven octets in front of a payload; returns the payload's offset. */
export function writeFrameHeader(
  b: Buffer,
  at: number,
  type: number,
  channel: number,
  payloadOctets: number,
): number {
  b[at] = type;
  writeUint16(b, channel, at + 1);
  writeUint32(b, payloadOctets, at + 3);
  return at + FRAME_HEADER_SIZE;
}

/** A body that needs several frames. */
function writeBodyFrames(
  outbox: Outbox,
  channel: number,
  view: MessageView,
  frameMax: number,
): void {
  const payloadMax = frameMax - FRAME_OVERHEAD;
  for (let sent = 0; sent < view.bodySize; sent += payloadMax) {
    const octets = Math.min(payloadMax, view.bodySize - sent);
    outbox.reserve(view.bodyOwned ? FRAME_OVERHEAD : FRAME_OVERHEAD + octets);
    outbox.at = writeFrameHeader(outbox.bytes, outbox.at, FRAME_BODY, channel, octets);
    if (view.bodyOwned) {
      writeReference(outbox, view, sent, octets);
    } else {
      const from = view.bodyAt + sent;
      copyOctets(view.body, from, from + octets, outbox.bytes, outbox.at);
      outbox.at += octets;
      outbox.bytes[outbox.at++] = FRAME_END;
    }
  }
}

function writeReference(outbox: Outbox, view: MessageView, from: number, octets: number): void {
  const at = view.bodyAt + from;
  outbox.appendReference(view.body.subarray(at, at + octets));
  outbox.reserve(1);
  outbox.bytes[outbox.at++] = FRAME_END;
}
