/**
 * RabbitMQ's sender-selected distribution: a message is routed by the keys in its CC and BCC
 * headers, too, and nobody who gets it sees the BCC header.
 */
import type { FieldTable, FieldValue } from '../wire/field-table.ts';
import { LENGTH_SIZE, skipValue } from '../wire/field-table-walk.ts';
import { editHeaders, rewriteProperties, withProperties } from '../wire/message-edit.ts';
import type { MessageView } from '../wire/message-view.ts';
import { readUint32, SHORTSTR_MAX_OCTETS, shortstrEnd } from '../wire/octets.ts';
import { FLAG_HEADERS, propertyAt } from '../wire/properties.ts';

const B = 0x42;
const C = 0x43;

/**
 * Whether the headers among the properties at `propertiesAt`, which are well-formed,
 * have a CC or BCC field. Allocates nothing.
 */
export function hasMoreKeys(b: Buffer, propertiesAt: number): boolean {
  const at = propertyAt(b, propertiesAt, FLAG_HEADERS);
  if (at < 0) return false;
  const tableEnd = at + LENGTH_SIZE + readUint32(b, at);
  let fieldAt = at + LENGTH_SIZE;
  // Well-formed as it is, it never makes skipValue say -1; if it did, this must end.
  while (fieldAt > at && fieldAt < tableEnd) {
    const typeAt = shortstrEnd(b, fieldAt);
    const isLong = typeAt - fieldAt === 4 && b[fieldAt + 1] === B;
    if ((isLong || typeAt - fieldAt === 3) && b[typeAt - 1] === C && b[typeAt - 2] === C) {
      return true;
    }
    fieldAt = skipValue(b, typeAt, tableEnd);
  }
  return false;
}

/** The one of the headers CC and BCC that isn't what it must be, an array of strings; or null. */
export function invalidKeys(headers: FieldTable): 'CC' | 'BCC' | null {
  if (!isRoutingKeyList(headers.CC)) return 'CC';
  return isRoutingKeyList(headers.BCC) ? null : 'BCC';
}

/** The routing keys in the headers CC and BCC. */
export function moreKeys(headers: FieldTable): string[] {
  return [...routingKeyList(headers.CC), ...routingKeyList(headers.BCC)];
}

/** The routing keys in a CC or BCC header: those that a routing key can be. */
export function routingKeyList(value: FieldValue | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (key) => typeof key === 'string' && Buffer.byteLength(key) <= SHORTSTR_MAX_OCTETS,
  );
}

/** The message without its BCC header, whose recipients are hidden from all. */
export function withoutBcc(view: MessageView, headers: FieldTable): MessageView {
  const { BCC: _hidden, ...others } = headers;
  const value = Object.keys(others).length === 0 ? null : editHeaders(view, ['BCC'], {});
  return withProperties(view, rewriteProperties(view, [{ flag: FLAG_HEADERS, value }]));
}

function isRoutingKeyList(value: FieldValue | undefined): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) && value.every((key) => typeof key === 'string');
}
