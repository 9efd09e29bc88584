import type { FieldTable } from './field-table.ts';
import { decodeTable, encodeTable, forEachField } from './field-table.ts';
import { MessageView } from './message-view.ts';
import {
  cutText,
  encodeShortstr,
  readUint16,
  SHORTSTR_MAX_OCTETS,
  shortstrEnd,
  writeUint16,
  writeUint32,
} from './octets.ts';
import { FLAG_CLUSTER_ID, FLAG_CONTENT_TYPE, FLAG_HEADERS, propertyAt } from './properties.ts';

/** A property to set (encoded as AMQP encodes it) or, with null, to remove. */
export interface PropertyChange {
  /** FLAG_… of the property. */
  readonly flag: number;
  readonly value: Buffer | null;
}

const TABLE_LENGTH_OCTETS = 4;

/** The message's headers, empty if it has none. */
export function readHeaders(view: MessageView): FieldTable {
  const at = propertyAt(view.envelope, view.propertiesAt, FLAG_HEADERS);
  return at < 0 ? {} : decodeTable(view.envelope, at, view.propertiesEnd);
}

/**
 * The message's headers as an encoded table, without the fields named in `dropped` and those of
 * `added`, which then follow. All other fields keep their octets: numbers keep the type that the
 * publisher gave them.
 */
export function editHeaders(
  view: MessageView,
  dropped: readonly string[],
  added: FieldTable,
): Buffer {
  const { envelope } = view;
  const kept: Buffer[] = [];
  const at = propertyAt(envelope, view.propertiesAt, FLAG_HEADERS);
  if (at >= 0) {
    forEachField(envelope, at, view.propertiesEnd, (nameFrom, nameTo, _typeAt, _from, valueTo) => {
      const name = envelope.toString('utf8', nameFrom, nameTo);
      if (dropped.includes(name) || name in added) return;
      kept.push(envelope.subarray(nameFrom - 1, valueTo));
    });
  }
  kept.push(encodeTable(added).subarray(TABLE_LENGTH_OCTETS));
  const fields = Buffer.concat(kept);
  const table = Buffer.allocUnsafe(TABLE_LENGTH_OCTETS + fields.length);
  writeUint32(table, fields.length, 0);
  fields.copy(table, TABLE_LENGTH_OCTETS);
  return table;
}

/** The message's properties, flags first, with some of them changed. */
export function rewriteProperties(view: MessageView, changes: readonly PropertyChange[]): Buffer {
  const { envelope, propertiesAt } = view;
  let flags = readUint16(envelope, propertiesAt);
  const parts: Buffer[] = [];
  for (let flag = FLAG_CONTENT_TYPE; flag >= FLAG_CLUSTER_ID; flag >>= 1) {
    const change = changes.find((candidate) => candidate.flag === flag);
    if (change === undefined) {
      const at = propertyAt(envelope, propertiesAt, flag);
      if (at >= 0) parts.push(envelope.subarray(at, propertyEnd(view, flag)));
    } else if (change.value === null) {
      flags &= ~flag;
    } else {
      flags |= flag;
      parts.push(change.value);
    }
  }
  const word = Buffer.alloc(2);
  writeUint16(word, flags, 0);
  return Buffer.concat([word, ...parts]);
}

/**
 * A message of its own with other names and properties; the body is shared if it may be kept,
 * copied otherwise.
 */
export function buildMessage(
  exchange: string,
  routingKey: string,
  properties: Buffer,
  body: MessageView,
): MessageView {
  return assemble(encodeName(exchange), encodeName(routingKey), properties, body);
}

/** The message with other properties. */
export function withProperties(view: MessageView, properties: Buffer): MessageView {
  return assemble(nameAt(view, view.exchangeAt), nameAt(view, view.routingKeyAt), properties, view);
}

/** The message with another exchange name, a short string. */
export function withExchange(view: MessageView, exchange: Buffer): MessageView {
  const properties = view.envelope.subarray(view.propertiesAt, view.propertiesEnd);
  return assemble(exchange, nameAt(view, view.routingKeyAt), properties, view);
}

/** A copy that stays valid when the view moves on. */
export function keepMessage(view: MessageView): MessageView {
  return withProperties(view, view.envelope.subarray(view.propertiesAt, view.propertiesEnd));
}

function assemble(
  exchange: Buffer,
  routingKey: Buffer,
  properties: Buffer,
  body: MessageView,
): MessageView {
  const message = new MessageView();
  message.envelope = Buffer.concat([exchange, routingKey, properties]);
  message.exchangeAt = 0;
  message.routingKeyAt = exchange.length;
  message.propertiesAt = exchange.length + routingKey.length;
  message.propertiesEnd = message.envelope.length;
  ownBody(message, body);
  return message;
}

function nameAt(view: MessageView, at: number): Buffer {
  return view.envelope.subarray(at, shortstrEnd(view.envelope, at));
}

/** Text that came from octets which are not UTF-8 may have grown beyond a short string. */
function encodeName(text: string): Buffer {
  return encodeShortstr(cutText(text, SHORTSTR_MAX_OCTETS));
}

function ownBody(message: MessageView, source: MessageView): void {
  const { body, bodyAt, bodySize } = source;
  message.body = source.bodyOwned ? body : Buffer.from(body.subarray(bodyAt, bodyAt + bodySize));
  message.bodyAt = source.bodyOwned ? bodyAt : 0;
  message.bodySize = bodySize;
  message.bodyOwned = true;
}

/** Where a property that is set ends: where the next one begins. */
function propertyEnd(view: MessageView, flag: number): number {
  for (let next = flag >> 1; next >= FLAG_CLUSTER_ID; next >>= 1) {
    const at = propertyAt(view.envelope, view.propertiesAt, next);
    if (at >= 0) return at;
  }
  return view.propertiesEnd;
}
