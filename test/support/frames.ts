import { FRAME_END, FRAME_HEADER_SIZE } from '../../src/wire/frame.ts';

/** A frame of any type with any payload and, unless told otherwise, the right end octet. */
export function frame(type: number, channel: number, payload: Buffer, end = FRAME_END): Buffer {
  const octets = Buffer.alloc(FRAME_HEADER_SIZE + payload.length + 1);
  octets.writeUInt8(type, 0);
  octets.writeUInt16BE(channel, 1);
  octets.writeUInt32BE(payload.length, 3);
  payload.copy(octets, FRAME_HEADER_SIZE);
  octets.writeUInt8(end, octets.length - 1);
  return octets;
}

/** The payload of a method frame: class, method, arguments. */
export function methodPayload(
  classId: number,
  methodId: number,
  encodedArguments = Buffer.alloc(0),
): Buffer {
  const ids = Buffer.alloc(4);
  ids.writeUInt16BE(classId, 0);
  ids.writeUInt16BE(methodId, 2);
  return Buffer.concat([ids, encodedArguments]);
}

/** The payload of a header frame: class, weight, body size, properties (flags first). */
export function headerPayload(classId: number, bodySize: number, properties: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(classId, 0);
  head.writeBigUInt64BE(BigInt(bodySize), 4);
  return Buffer.concat([head, properties]);
}
