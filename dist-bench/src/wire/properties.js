/**
 * The properties of a basic content: a word of flags, then the properties whose flag is set, from
 * the highest bit to the lowest (AMQP 0-9-1, 4.2.6.1). First where they lie, then as an object.
 */
import { FieldReader } from './field-reader.js';
import { writeTable } from './field-table-encode.js';
import { skipTable } from './field-table-walk.js';
import { FieldWriter } from './field-writer.js';
import { readUint16, readUint32 } from './octets.js';
import { connectionError } from './protocol-error.js';
import { SYNTAX_ERROR } from './reply-code.js';
export const FLAG_CONTENT_TYPE = 1 << 15;
export const FLAG_CONTENT_ENCODING = 1 << 14;
export const FLAG_HEADERS = 1 << 13;
export const FLAG_DELIVERY_MODE = 1 << 12;
export const FLAG_PRIORITY = 1 << 11;
export const FLAG_CORRELATION_ID = 1 << 10;
export const FLAG_REPLY_TO = 1 << 9;
export const FLAG_EXPIRATION = 1 << 8;
export const FLAG_MESSAGE_ID = 1 << 7;
export const FLAG_TIMESTAMP = 1 << 6;
export const FLAG_TYPE = 1 << 5;
export const FLAG_USER_ID = 1 << 4;
export const FLAG_APP_ID = 1 << 3;
/** OpenAMQ's sender-id. */
export const FLAG_CLUSTER_ID = 1 << 2;
/** Bit 0 announces a second word of flags, bit 1 means nothing: a basic content has neither. */
const FLAGS_FORBIDDEN = 0b11;
/** The properties that are not short strings. */
const FLAGS_NOT_TEXT = FLAG_HEADERS | FLAG_DELIVERY_MODE | FLAG_PRIORITY | FLAG_TIMESTAMP;
const FLAGS_SIZE = 2;
const OCTET_SIZE = 1;
const TIMESTAMP_SIZE = 8;
const TABLE_LENGTH_SIZE = 4;
/**
 * Validates the properties whose flags are at `at`, the headers down to the last field.
 * @returns the offset behind them, -1 if they are malformed or do not end by `end`
 */
export function skipProperties(b, at, end) {
    let next = at + FLAGS_SIZE;
    if (next > end)
        return -1;
    let left = readUint16(b, at);
    if ((left & FLAGS_FORBIDDEN) !== 0)
        return -1;
    while (left !== 0) {
        const flag = highestFlag(left);
        left ^= flag;
        if ((flag & FLAGS_NOT_TEXT) === 0) {
            if (next >= end)
                return -1;
            next += 1 + b[next];
        }
        else if (flag === FLAG_HEADERS) {
            next = skipTable(b, next, end);
            if (next === -1)
                return -1;
        }
        else {
            next += flag === FLAG_TIMESTAMP ? TIMESTAMP_SIZE : OCTET_SIZE;
        }
    }
    return next > end ? -1 : next;
}
/**
 * Where a property's value lies.
 * @param propertiesAt the offset of the flags of properties known to be valid
 * @param flag the property's flag
 * @returns the offset of the value (the length, of strings and headers), -1 if it is not set
 */
export function propertyAt(b, propertiesAt, flag) {
    const flags = readUint16(b, propertiesAt);
    if ((flags & flag) === 0)
        return -1;
    let next = propertiesAt + FLAGS_SIZE;
    let left = flags & ~(flag | (flag - 1));
    while (left !== 0) {
        const before = highestFlag(left);
        left ^= before;
        if ((before & FLAGS_NOT_TEXT) === 0)
            next += 1 + b[next];
        else if (before === FLAG_HEADERS)
            next += TABLE_LENGTH_SIZE + readUint32(b, next);
        else
            next += before === FLAG_TIMESTAMP ? TIMESTAMP_SIZE : OCTET_SIZE;
    }
    return next;
}
function highestFlag(flags) {
    return 1 << (31 - Math.clz32(flags));
}
/**
 * The properties [at, end), flags first, as an object that shares no memory with `b`.
 * @throws ProtocolError SYNTAX_ERROR if they are malformed or end elsewhere
 */
export function decodeProperties(b, at, end) {
    const reader = new FieldReader(b, at, end);
    const flags = reader.short();
    if ((flags & FLAGS_FORBIDDEN) !== 0) {
        throw connectionError(SYNTAX_ERROR, `property flags ${flags.toString(2)} are not all known`);
    }
    const properties = {};
    if ((flags & FLAG_CONTENT_TYPE) !== 0)
        properties.contentType = reader.shortstr();
    if ((flags & FLAG_CONTENT_ENCODING) !== 0)
        properties.contentEncoding = reader.shortstr();
    if ((flags & FLAG_HEADERS) !== 0)
        properties.headers = reader.table();
    if ((flags & FLAG_DELIVERY_MODE) !== 0)
        properties.deliveryMode = reader.octet();
    if ((flags & FLAG_PRIORITY) !== 0)
        properties.priority = reader.octet();
    if ((flags & FLAG_CORRELATION_ID) !== 0)
        properties.correlationId = reader.shortstr();
    if ((flags & FLAG_REPLY_TO) !== 0)
        properties.replyTo = reader.shortstr();
    if ((flags & FLAG_EXPIRATION) !== 0)
        properties.expiration = reader.shortstr();
    if ((flags & FLAG_MESSAGE_ID) !== 0)
        properties.messageId = reader.shortstr();
    if ((flags & FLAG_TIMESTAMP) !== 0)
        properties.timestamp = reader.longlong();
    if ((flags & FLAG_TYPE) !== 0)
        properties.type = reader.shortstr();
    if ((flags & FLAG_USER_ID) !== 0)
        properties.userId = reader.shortstr();
    if ((flags & FLAG_APP_ID) !== 0)
        properties.appId = reader.shortstr();
    if ((flags & FLAG_CLUSTER_ID) !== 0)
        properties.clusterId = reader.shortstr();
    reader.finish();
    return properties;
}
/**
 * `properties` on the wire, flags first.
 * @throws RangeError if a text is longer than 255 octets or a number does not fit its type
 */
export function encodeProperties(properties) {
    const p = properties;
    const writer = new FieldWriter();
    writer.short(flagsOf(p));
    if (p.contentType !== undefined)
        writer.shortstr(p.contentType);
    if (p.contentEncoding !== undefined)
        writer.shortstr(p.contentEncoding);
    if (p.headers !== undefined)
        writeTable(writer, p.headers);
    if (p.deliveryMode !== undefined)
        writer.octet(p.deliveryMode);
    if (p.priority !== undefined)
        writer.octet(p.priority);
    if (p.correlationId !== undefined)
        writer.shortstr(p.correlationId);
    if (p.replyTo !== undefined)
        writer.shortstr(p.replyTo);
    if (p.expiration !== undefined)
        writer.shortstr(p.expiration);
    if (p.messageId !== undefined)
        writer.shortstr(p.messageId);
    if (p.timestamp !== undefined)
        writer.longlong(p.timestamp);
    if (p.type !== undefined)
        writer.shortstr(p.type);
    if (p.userId !== undefined)
        writer.shortstr(p.userId);
    if (p.appId !== undefined)
        writer.shortstr(p.appId);
    if (p.clusterId !== undefined)
        writer.shortstr(p.clusterId);
    return writer.finish();
}
function flagsOf(p) {
    return ((p.contentType === undefined ? 0 : FLAG_CONTENT_TYPE) |
        (p.contentEncoding === undefined ? 0 : FLAG_CONTENT_ENCODING) |
        (p.headers === undefined ? 0 : FLAG_HEADERS) |
        (p.deliveryMode === undefined ? 0 : FLAG_DELIVERY_MODE) |
        (p.priority === undefined ? 0 : FLAG_PRIORITY) |
        (p.correlationId === undefined ? 0 : FLAG_CORRELATION_ID) |
        (p.replyTo === undefined ? 0 : FLAG_REPLY_TO) |
        (p.expiration === undefined ? 0 : FLAG_EXPIRATION) |
        (p.messageId === undefined ? 0 : FLAG_MESSAGE_ID) |
        (p.timestamp === undefined ? 0 : FLAG_TIMESTAMP) |
        (p.type === undefined ? 0 : FLAG_TYPE) |
        (p.userId === undefined ? 0 : FLAG_USER_ID) |
        (p.appId === undefined ? 0 : FLAG_APP_ID) |
        (p.clusterId === undefined ? 0 : FLAG_CLUSTER_ID));
}
//# sourceMappingURL=properties.js.map