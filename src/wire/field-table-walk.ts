/**
 * Field tables where they lie, without building anything (AMQP 0-9-1, 4.2.5.5).
 *
 * A table is a 4-octet length and fields; a field is a short string, a type letter and a value.
 * The letters are the ones RabbitMQ and its clients use, not the ones the specification lists:
 * https://www.rabbitmq.com/amqp-0-9-1-errata.html, section 3.
 */
import { readUint32, shortstrEnd } from './octets.ts';
import { connectionError } from './protocol-error.ts';
import { SYNTAX_ERROR } from './reply-code.ts';

/**
 * Tables and arrays inside one another that are accepted. Walking them recurses, and 4 octets of a
 * message are enough for a level: without a bound a message could overflow the stack.
 */
export const MAX_TABLE_DEPTH = 64;

/** Octets of the length in front of tables, arrays, long strings and octet strings. */
export const LENGTH_SIZE = 4;

const KIND_VOID = -1;
const KIND_OCTETS = -2;
const KIND_TABLE = -3;
const KIND_ARRAY = -4;

/**
 * By type letter: the octets of a value of fixed size (1 to 8), one of the kinds above, or 0 if no
 * type.
 */
const KIND_OF_TYPE = new Int8Array(256);
for (const letter of 'tbB') KIND_OF_TYPE[letter.charCodeAt(0)] = 1;
for (const letter of 'su') KIND_OF_TYPE[letter.charCodeAt(0)] = 2;
for (const letter of 'Iif') KIND_OF_TYPE[letter.charCodeAt(0)] = 4;
for (const letter of 'D') KIND_OF_TYPE[letter.charCodeAt(0)] = 5;
for (const letter of 'lLdT') KIND_OF_TYPE[letter.charCodeAt(0)] = 8;
for (const letter of 'V') KIND_OF_TYPE[letter.charCodeAt(0)] = KIND_VOID;
for (const letter of 'Sx') KIND_OF_TYPE[letter.charCodeAt(0)] = KIND_OCTETS;
for (const letter of 'F') KIND_OF_TYPE[letter.charCodeAt(0)] = KIND_TABLE;
for (const letter of 'A') KIND_OF_TYPE[letter.charCodeAt(0)] = KIND_ARRAY;

/**
 * Validates the table at `at` (its length) down to the last field, without allocating.
 * @returns the offset behind the table, -1 if it is malformed or does not end by `end`
 */
export function skipTable(b: Buffer, at: number, end: number): number {
  return skipNested(b, at, end, false, 1);
}

/**
 * Validates the value, of a table or an array, whose type letter is at `typeAt`; allocates nothing.
 * @returns the offset behind the value, -1 if it is malformed or does not end by `end`
 */
export function skipValue(b: Buffer, typeAt: number, end: number): number {
  return skipTyped(b, typeAt, end, 1);
}

/**
 * Calls `visit` for each field of the table at `at`, not for the fields of tables within it, with
 * the offsets of the name's octets, the type letter and the value's octets. A value of variable
 * size includes its length. The octets [nameFrom - 1, valueTo) are the whole field.
 * @throws ProtocolError SYNTAX_ERROR if the table is malformed; fields before that were visited
 */
export function forEachField(
  b: Buffer,
  at: number,
  end: number,
  visit: (
    nameFrom: number,
    nameTo: number,
    typeAt: number,
    valueFrom: number,
    valueTo: number,
  ) => void,
): void {
  const tableEnd = nestedEnd(b, at, end);
  if (tableEnd === -1) throw malformedTable();
  let fieldAt = at + LENGTH_SIZE;
  while (fieldAt < tableEnd) {
    const typeAt = shortstrEnd(b, fieldAt);
    const valueTo = skipValue(b, typeAt, tableEnd);
    if (valueTo === -1) throw malformedTable();
    visit(fieldAt + 1, typeAt, typeAt, typeAt + 1, valueTo);
    fieldAt = valueTo;
  }
}

/** What every function that meets a malformed table throws. */
export function malformedTable(): Error {
  return connectionError(SYNTAX_ERROR, 'malformed field table');
}

/** Where the table or array whose length is at `at` ends, -1 if not by `end`. */
function nestedEnd(b: Buffer, at: number, end: number): number {
  if (at + LENGTH_SIZE > end) return -1;
  const nestedTo = at + LENGTH_SIZE + readUint32(b, at);
  return nestedTo > end ? -1 : nestedTo;
}

/** As skipTable, for a table or an array; `depth` is 1 for one that is in no other. */
function skipNested(b: Buffer, at: number, end: number, isArray: boolean, depth: number): number {
  const nestedTo = nestedEnd(b, at, end);
  if (nestedTo === -1 || depth > MAX_TABLE_DEPTH) return -1;
  let next = at + LENGTH_SIZE;
  while (next < nestedTo) {
    const typeAt = isArray ? next : shortstrEnd(b, next);
    next = skipTyped(b, typeAt, nestedTo, depth);
    if (next === -1) return -1;
  }
  return next;
}

/** As skipValue; `depth` counts the tables and arrays that the value is in. */
function skipTyped(b: Buffer, typeAt: number, end: number, depth: number): number {
  if (typeAt >= end) return -1;
  const valueAt = typeAt + 1;
  const kind = KIND_OF_TYPE[b[typeAt]];
  if (kind > 0) return valueAt + kind > end ? -1 : valueAt + kind;
  switch (kind) {
    case KIND_VOID:
      return valueAt;
    case KIND_OCTETS:
      return nestedEnd(b, valueAt, end);
    case KIND_TABLE:
      return skipNested(b, valueAt, end, false, depth + 1);
    case KIND_ARRAY:
      return skipNested(b, valueAt, end, true, depth + 1);
    default:
      return -1;
  }
}
