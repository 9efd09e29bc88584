/**
 * DMP contents in place: what sinks send, what feeds receive (DMP specification, section 3).
 *
 *   size 4 | exchange 1+n | routing key 1+n | flags 2 | properties | options 1 | body size 3 | body
 *
 * `size` counts all that follows it; a size of 0 is a heartbeat.
 */
import type { MessageView } from './message-view.ts';
import { copyOctets, readUint24, shortstrEnd, writeUint24, writeUint32 } from './octets.ts';
import { FLAGS_SIZE, skipProperties } from './properties.ts';

/** Octets of the size field. */
export const CONTENT_SIZE_FIELD = 4;
/** Octets of the smallest content: size, two empty names, no properties, options, empty body. */
export const CONTENT_MIN_SIZE = 12;
/** The largest body that its 3-octet size can express, in octets. */
export const CONTENT_BODY_MAX_OCTETS = 0xffffff;

/** Bit of the options octet: return the message if nobody could get it at once. */
export const OPTION_IMMEDIATE = 0b01;
/** Bit of the options octet: return the message if no queue is bound for it. */
export const OPTION_MANDATORY = 0b10;

/** A complete heartbeat. */
export const DMP_HEARTBEAT = Buffer.alloc(CONTENT_SIZE_FIELD);

/** parseContent: there is no complete content yet. */
export const CONTENT_INCOMPLETE = 0;
/** parseContent: these 4 octets are a heartbeat. No content is as short. */
export const CONTENT_HEARTBEAT = CONTENT_SIZE_FIELD;
/** parseContent: the content is larger than the limit. */
export const CONTENT_TOO_LARGE = -1;
/** parseContent: the lengths within the content don't add up to its size. */
export const CONTENT_BAD_LENGTHS = -2;
/** parseContent: the properties are malformed. */
export const CONTENT_BAD_PROPERTIES = -3;

/** Octets of the options and of the body size, which follow the properties. */
const OPTIONS_AND_BODY_SIZE = 4;

/** Where the parts of one content lie, as offsets in the Buffer it was parsed in. */
export class ContentCursor {
  /** The exchange name, a short string; the size field lies just before it. */
  exchangeAt = 0;
  /** The routing key, a short string. */
  routingKeyAt = 0;
  /** The property flags, which the properties follow. */
  propertiesAt = 0;
  /** The options octet, just behind the properties. */
  optionsAt = 0;
  bodyAt = 0;
  /** Behind the body: where the next content starts. */
  end = 0;
}

/**
 * Finds the parts of the content at `at`, of octets [at, end), and validates all its lengths.
 * @param maxContentOctets the largest content accepted, its size field included; below 2^31
 * @param cursor set if the content is complete and valid, otherwise undefined
 * @returns the octets taken (CONTENT_HEARTBEAT for a heartbeat), CONTENT_INCOMPLETE, or one of the
 *   negative errors, CONTENT_TOO_LARGE as soon as the size is known
 */
export function parseContent(
  b: Buffer,
  at: number,
  end: number,
  maxContentOctets: number,
  cursor: ContentCursor,
): number {
  const exchangeAt = at + CONTENT_SIZE_FIELD;
  if (exchangeAt > end) return CONTENT_INCOMPLETE;
  // Negative from 2^31 on: handled with the sizes that are too small, off the path of good
  // contents.
  const size = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
  if (size < CONTENT_MIN_SIZE - CONTENT_SIZE_FIELD) return smallSize(size);
  const contentEnd = exchangeAt + size;
  if (contentEnd - at > maxContentOctets) return CONTENT_TOO_LARGE;
  if (contentEnd > end) return CONTENT_INCOMPLETE;

  const routingKeyAt = shortstrEnd(b, exchangeAt);
  if (routingKeyAt >= contentEnd) return CONTENT_BAD_LENGTHS;
  const propertiesAt = shortstrEnd(b, routingKeyAt);
  const propertiesMaxEnd = contentEnd - OPTIONS_AND_BODY_SIZE;
  let optionsAt = propertiesAt + FLAGS_SIZE;
  if (optionsAt > propertiesMaxEnd) return CONTENT_BAD_LENGTHS;
  if ((b[propertiesAt] | b[propertiesAt + 1]) !== 0) {
    optionsAt = skipProperties(b, propertiesAt, propertiesMaxEnd);
    if (optionsAt === -1) return CONTENT_BAD_PROPERTIES;
  }
  const bodyAt = optionsAt + OPTIONS_AND_BODY_SIZE;
  if (bodyAt + readUint24(b, optionsAt + 1) !== contentEnd) return CONTENT_BAD_LENGTHS;

  cursor.exchangeAt = exchangeAt;
  cursor.routingKeyAt = routingKeyAt;
  cursor.propertiesAt = propertiesAt;
  cursor.optionsAt = optionsAt;
  cursor.bodyAt = bodyAt;
  cursor.end = contentEnd;
  return contentEnd - at;
}

/** What a size means that is too small for a content; `size` as a signed 32-bit integer. */
function smallSize(size: number): number {
  if (size === 0) return CONTENT_HEARTBEAT;
  return size < 0 ? CONTENT_TOO_LARGE : CONTENT_BAD_LENGTHS;
}

/** What one of parseContent's errors means, for the log. */
export function contentErrorText(error: number): string {
  switch (error) {
    case CONTENT_TOO_LARGE:
      return 'content too large';
    case CONTENT_BAD_PROPERTIES:
      return 'malformed properties in a content';
    default:
      return 'lengths in a content do not add up to its size';
  }
}

/**
 * Points `view` at the parts of the content in `b` that `cursor` describes; its body is not owned.
 */
export function cursorToView(b: Buffer, cursor: ContentCursor, view: MessageView): void {
  view.envelope = b;
  view.exchangeAt = cursor.exchangeAt;
  view.routingKeyAt = cursor.routingKeyAt;
  view.propertiesAt = cursor.propertiesAt;
  view.propertiesEnd = cursor.optionsAt;
  view.body = b;
  view.bodyAt = cursor.bodyAt;
  view.bodySize = cursor.end - cursor.bodyAt;
  view.bodyOwned = false;
}

/** Octets of the message as a content, its size field included. */
export function contentSize(view: MessageView): number {
  return (
    CONTENT_MIN_SIZE -
    FLAGS_SIZE +
    view.envelope[view.exchangeAt] +
    view.envelope[view.routingKeyAt] +
    (view.propertiesEnd - view.propertiesAt) +
    view.bodySize
  );
}

/**
 * Writes the message as a content to `target` at `at`, where `contentSize(view)` octets must be
 * free.
 * @param view its body must not be larger than CONTENT_BODY_MAX_OCTETS
 * @param options OPTION_ bits
 * @returns the octets written
 */
export function encodeContent(
  view: MessageView,
  options: number,
  target: Buffer,
  at: number,
): number {
  const end = encodeEnvelope(view, options, target, at);
  copyOctets(view.body, view.bodyAt, view.bodyAt + view.bodySize, target, end);
  return end + view.bodySize - at;
}

/** As encodeContent, without the body: returns the offset in `target` at which it must lie. */
function encodeEnvelope(view: MessageView, options: number, target: Buffer, at: number): number {
  const envelope = view.envelope;
  writeUint32(target, contentSize(view) - CONTENT_SIZE_FIELD, at);
  const exchangeAt = at + CONTENT_SIZE_FIELD;
  copyOctets(envelope, view.exchangeAt, shortstrEnd(envelope, view.exchangeAt), target, exchangeAt);
  const routingKeyAt = shortstrEnd(target, exchangeAt);
  const routingKeyEnd = shortstrEnd(envelope, view.routingKeyAt);
  copyOctets(envelope, view.routingKeyAt, routingKeyEnd, target, routingKeyAt);
  const propertiesAt = shortstrEnd(target, routingKeyAt);
  copyOctets(envelope, view.propertiesAt, view.propertiesEnd, target, propertiesAt);
  const optionsAt = propertiesAt + (view.propertiesEnd - view.propertiesAt);
  target[optionsAt] = options;
  writeUint24(target, view.bodySize, optionsAt + 1);
  return optionsAt + OPTIONS_AND_BODY_SIZE;
}
