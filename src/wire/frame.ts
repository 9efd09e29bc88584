/** Frames of AMQP 0-9-1 (4.2.3): type 1, channel 2, payload size 4, the payload, end octet 1. */
import { writeUint16, writeUint32, writeUint64 } from './octets.ts';

export const FRAME_METHOD = 1;
export const FRAME_HEADER = 2;
export const FRAME_BODY = 3;
export const FRAME_HEARTBEAT = 8;
/** The octet that ends every frame. */
export const FRAME_END = 0xce;

/** Octets before the payload. */
export const FRAME_HEADER_SIZE = 7;
/** Octets of a frame beside its payload. */
export const FRAME_OVERHEAD = FRAME_HEADER_SIZE + 1;
/** The largest frame, overhead included, that a peer must accept before Tune. */
export const FRAME_MIN_SIZE = 4096;

/** What a client of AMQP 0-9-1 sends first, and a server to a client it can't talk to. */
export const PROTOCOL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);
/** A complete heartbeat frame. */
export const HEARTBEAT_FRAME = Buffer.from([FRAME_HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END]);

/** Class id (2), weight (2) and body size (8), which precede the properties in a header frame. */
export const CONTENT_HEADER_FIXED_SIZE = 12;
/** Class id of Basic, the only class with contents. */
export const BASIC_CLASS_ID = 60;

/**
 * The complete header frame of a content.
 * @param bodySize octets of the body
 * @param encodedProperties the properties as they go on the wire, flags first
 */
export function encodeHeaderFrame(
  channel: number,
  bodySize: number,
  encodedProperties: Buffer,
): Buffer {
  const frame = startFrame(
    FRAME_HEADER,
    channel,
    CONTENT_HEADER_FIXED_SIZE + encodedProperties.length,
  );
  writeUint16(frame, BASIC_CLASS_ID, FRAME_HEADER_SIZE);
  writeUint16(frame, 0, FRAME_HEADER_SIZE + 2);
  writeUint64(frame, bodySize, FRAME_HEADER_SIZE + 4);
  frame.set(encodedProperties, FRAME_HEADER_SIZE + CONTENT_HEADER_FIXED_SIZE);
  return frame;
}

/**
 * `body` in as many complete body frames as it takes; in none if it is empty.
 * @param frameMax the largest frame in octets, overhead included, as negotiated: at least
 *   FRAME_MIN_SIZE, or 0 for no limit
 */
export function encodeBodyFrames(channel: number, body: Buffer, frameMax: number): Buffer[] {
  const payloadMax = frameMax === 0 ? body.length : frameMax - FRAME_OVERHEAD;
  const frames: Buffer[] = [];
  for (let from = 0; from < body.length; from += payloadMax) {
    const payload = body.subarray(from, from + payloadMax);
    const frame = startFrame(FRAME_BODY, channel, payload.length);
    frame.set(payload, FRAME_HEADER_SIZE);
    frames.push(frame);
  }
  return frames;
}

/** A frame with everything but its payload, of `payloadSize` octets, written. */
function startFrame(type: number, channel: number, payloadSize: number): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_OVERHEAD + payloadSize);
  frame[0] = type;
  writeUint16(frame, channel, 1);
  writeUint32(frame, payloadSize, 3);
  frame[FRAME_HEADER_SIZE + payloadSize] = FRAME_END;
  return frame;
}
