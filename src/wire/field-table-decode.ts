import {
  forEachField,
  LENGTH_SIZE,
  malformedTable,
  skipTable,
  skipValue,
} from './field-table-walk.ts';
import type { FieldTable, FieldValue } from './field-value.ts';
import { readUint16, readUint32, readUint64 } from './octets.ts';

/**
 * The table at `at` (its length) as an object that shares no memory with `b`.
 *
 * Integers become numbers, those beyond 2^53 bigints; timestamps `{ '!': 'timestamp', value }` in
 * seconds and decimals `{ '!': 'decimal', value: { digits, places } }`.
 * @throws ProtocolError SYNTAX_ERROR if the table is malformed or does not end by `end`
 */
export function decodeTable(b: Buffer, at: number, end: number): FieldTable {
  if (skipTable(b, at, end) === -1) throw malformedTable();
  return decodeFields(b, at, end);
}

function decodeFields(b: Buffer, at: number, end: number): FieldTable {
  const table: FieldTable = {};
  forEachField(b, at, end, (nameFrom, nameTo, typeAt, valueFrom, valueTo) => {
    const name = b.toString('utf8', nameFrom, nameTo);
    const value = decodeValue(b, b[typeAt], valueFrom, valueTo);
    if (name === '__proto__') {
      // Plain assignment would replace the prototype of the table instead of adding a field.
      Object.defineProperty(table, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    } else {
      table[name] = value;
    }
  });
  return table;
}

function decodeArray(b: Buffer, at: number, end: number): FieldValue[] {
  const values: FieldValue[] = [];
  let typeAt = at + LENGTH_SIZE;
  while (typeAt < end) {
    const valueTo = skipValue(b, typeAt, end);
    values.push(decodeValue(b, b[typeAt], typeAt + 1, valueTo));
    typeAt = valueTo;
  }
  return values;
}

/** The value [from, to), known to be valid for its type letter. */
function decodeValue(b: Buffer, type: number, from: number, to: number): FieldValue {
  switch (String.fromCharCode(type)) {
    case 't':
      return b[from] !== 0;
    case 'b':
      return b.readInt8(from);
    case 'B':
      return b[from];
    case 's':
      return b.readInt16BE(from);
    case 'u':
      return readUint16(b, from);
    case 'I':
      return b.readInt32BE(from);
    case 'i':
      return readUint32(b, from);
    case 'l':
    case 'L':
      return numberIfExact(b.readBigInt64BE(from));
    case 'f':
      return b.readFloatBE(from);
    case 'd':
      return b.readDoubleBE(from);
    case 'D':
      return { '!': 'decimal', value: { digits: readUint32(b, from + 1), places: b[from] } };
    case 'T':
      return { '!': 'timestamp', value: readUint64(b, from) };
    case 'S':
      return b.toString('utf8', from + LENGTH_SIZE, to);
    case 'x':
      return Buffer.from(b.subarray(from + LENGTH_SIZE, to));
    case 'A':
      return decodeArray(b, from, to);
    case 'F':
      return decodeFields(b, from, to);
    default: // 'V', as the walk let no other letter pass
      return null;
  }
}

function numberIfExact(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}
