import { LENGTH_SIZE } from '../../wire/field-table-walk.ts';
import { readUint16, readUint32 } from '../../wire/octets.ts';
import { decodeProperties, FLAG_HEADERS, FLAGS_SIZE } from '../../wire/properties.ts';
import type { MessageProperties } from '../types/message.ts';

const EMPTY_HEADERS_SIZE = FLAGS_SIZE + LENGTH_SIZE;

/**
 * The properties [at, end), flags first, as the object applications get: all names present, as with
 * amqplib, and new for each message, because it belongs to the application.
 * @throws ProtocolError SYNTAX_ERROR if they are malformed
 */
export function messageProperties(b: Buffer, at: number, end: number): MessageProperties {
  const flags = end - at < FLAGS_SIZE ? -1 : readUint16(b, at);
  if (flags === 0 && end - at === FLAGS_SIZE) return withHeaders(undefined);
  // What amqplib and this library publish when the application gives no options.
  if (flags === FLAG_HEADERS && end - at === EMPTY_HEADERS_SIZE) {
    if (readUint32(b, at + FLAGS_SIZE) === 0) return withHeaders({});
  }
  const p = decodeProperties(b, at, end);
  return {
    contentType: p.contentType,
    contentEncoding: p.contentEncoding,
    headers: p.headers,
    deliveryMode: p.deliveryMode,
    priority: p.priority,
    correlationId: p.correlationId,
    replyTo: p.replyTo,
    expiration: p.expiration,
    messageId: p.messageId,
    timestamp: p.timestamp,
    type: p.type,
    userId: p.userId,
    appId: p.appId,
    clusterId: p.clusterId,
  };
}

function withHeaders(headers: MessageProperties['headers']): MessageProperties {
  return {
    contentType: undefined,
    contentEncoding: undefined,
    headers,
    deliveryMode: undefined,
    priority: undefined,
    correlationId: undefined,
    replyTo: undefined,
    expiration: undefined,
    messageId: undefined,
    timestamp: undefined,
    type: undefined,
    userId: undefined,
    appId: undefined,
    clusterId: undefined,
  };
}
