import { FieldReader } from './field-reader.ts';
import { FieldWriter } from './field-writer.ts';
import { FRAME_END, FRAME_METHOD } from './frame.ts';
import type { MethodToSend } from './method-codec.ts';
import { METHOD_READERS, writeMethod } from './method-codec.ts';
import { readUint32 } from './octets.ts';
import { connectionError } from './protocol-error.ts';
import { NOT_IMPLEMENTED, SYNTAX_ERROR } from './reply-code.ts';
import type { Method } from './spec.ts';

export type { MethodToSend } from './method-codec.ts';

const METHOD_ID_SIZE = 4;

/**
 * The method in the payload [payloadAt, payloadEnd) of a method frame. It shares no memory with
 * `b`.
 * @throws ProtocolError NOT_IMPLEMENTED (540) if the class or the method is unknown, SYNTAX_ERROR
 *   (502) if its arguments end too early, too late, or are malformed; both of connection scope
 */
export function decodeMethod(b: Buffer, payloadAt: number, payloadEnd: number): Method {
  if (payloadEnd - payloadAt < METHOD_ID_SIZE) {
    throw connectionError(SYNTAX_ERROR, 'a method frame without a method');
  }
  const methodId = readUint32(b, payloadAt);
  const read = METHOD_READERS.get(methodId);
  if (read === undefined) {
    const number = `${methodId >>> 16},${methodId & 0xffff}`;
    throw connectionError(NOT_IMPLEMENTED, `unknown method ${number}`, methodId);
  }
  const reader = new FieldReader(b, payloadAt + METHOD_ID_SIZE, payloadEnd, methodId);
  const method = read(reader);
  reader.finish();
  return method;
}

/**
 * The complete frame, end octet included, that carries `method` on `channel`. Fields that are left
 * out are 0, false or empty.
 * @throws RangeError if a value does not fit its type on the wire
 */
export function encodeMethodFrame(channel: number, method: MethodToSend): Buffer {
  const writer = new FieldWriter();
  writer.octet(FRAME_METHOD);
  writer.short(channel);
  const sizeAt = writer.size;
  writer.long(0);
  const payloadAt = writer.size;
  writeMethod(writer, method);
  writer.longAt(writer.size - payloadAt, sizeAt);
  writer.octet(FRAME_END);
  return writer.finish();
}
