import { describe, expect, it } from 'vitest';
import {
  decodeTable,
  encodeTable,
  type FieldTable,
  type FieldValue,
  forEachField,
  MAX_TABLE_DEPTH,
  skipTable,
} from '../../src/wire/field-table.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { tableCodec } from './amqplib-oracle.ts';

/** A table with a value of every type, each encoded as its name says. */
const EVERY_TYPE: FieldTable = {
  yes: true,
  no: false,
  int8: { '!': 'int8', value: -128 },
  uint8: { '!': 'uint8', value: 255 },
  int16: { '!': 'int16', value: -32768 },
  uint16: { '!': 'uint16', value: 65535 },
  int32: { '!': 'int32', value: -(2 ** 31) },
  uint32: { '!': 'uint32', value: 2 ** 32 - 1 },
  int64: { '!': 'int64', value: -(2 ** 53) + 1 },
  float: { '!': 'float', value: 0.5 },
  double: { '!': 'double', value: 0.1 },
  decimal: { '!': 'decimal', value: { digits: 314, places: 2 } },
  timestamp: { '!': 'timestamp', value: 1_700_000_000 },
  text: 'grün',
  empty: '',
  nothing: null,
  octets: Buffer.from([0, 255]),
  list: [1, 'two', [3], { four: 4 }, null],
  table: { nested: { deeper: true } },
};

const EVERY_TYPE_DECODED: FieldTable = {
  ...EVERY_TYPE,
  int8: -128,
  uint8: 255,
  int16: -32768,
  uint16: 65535,
  int32: -(2 ** 31),
  uint32: 2 ** 32 - 1,
  int64: -(2 ** 53) + 1,
  float: 0.5,
  double: 0.1,
};

function decode(encoded: Buffer): FieldTable {
  return decodeTable(encoded, 0, encoded.length);
}

/** A table of one field named `f`, whose type letter and value are given in hex. */
function tableOf(type: string, valueHex: string): Buffer {
  const field = Buffer.concat([Buffer.from(`\x01f${type}`), Buffer.from(valueHex, 'hex')]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return Buffer.concat([length, field]);
}

/** A table with `depth - 1` others inside one another in it, empty in the end. */
function nestedTable(depth: number): FieldTable {
  let table: FieldTable = {};
  for (let i = 1; i < depth; i++) table = { t: table };
  return table;
}

describe('field tables as objects', () => {
  it('survive encoding and decoding with values of every type', () => {
    expect(decode(encodeTable(EVERY_TYPE))).toStrictEqual(EVERY_TYPE_DECODED);
  });

  it('are encoded octet for octet as amqplib encodes them', () => {
    const scratch = Buffer.alloc(1000);
    const numbers = [0, -1, 127, 128, -129, 32768, -32769, 2 ** 31, -(2 ** 31) - 1, 2 ** 50, 1.5];
    for (const table of [{}, EVERY_TYPE, { numbers }]) {
      const size = tableCodec.encodeTable(scratch, table, 0);
      expect(encodeTable(table)).toEqual(scratch.subarray(0, size));
    }
  });

  it('are decoded as amqplib decodes them', () => {
    const encoded = encodeTable(EVERY_TYPE);
    expect(decode(encoded)).toEqual(tableCodec.decodeFields(encoded.subarray(4)));
  });

  it('leave out fields that are undefined', () => {
    expect(encodeTable({ a: undefined })).toEqual(Buffer.alloc(4));
  });

  it('hold integers beyond 2^53 as bigints', () => {
    const table = { big: 2n ** 63n - 1n, small: -(2n ** 63n), exact: 7n };
    expect(decode(encodeTable(table))).toEqual({ ...table, exact: 7 });
  });

  it('hold numbers that no integer type can hold as doubles', () => {
    const table = { big: 2 ** 63, nan: Number.NaN, infinite: -Infinity, fraction: 1e-9 };
    expect(decode(encodeTable(table))).toEqual(table);
  });

  it('keep a field called __proto__ a field', () => {
    const table: FieldTable = JSON.parse('{"__proto__": {"polluted": true}}');
    const decoded = decode(encodeTable(table));
    expect(Object.keys(decoded)).toEqual(['__proto__']);
    expect(decoded.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  });

  it('read both of the letters l and L as signed 64-bit integers', () => {
    expect(decode(tableOf('l', 'ffffffffffffffff'))).toEqual({ f: -1 });
    expect(decode(tableOf('L', 'ffffffffffffffff'))).toEqual({ f: -1 });
  });

  it('share no memory with the octets they were decoded from', () => {
    const encoded = encodeTable({ octets: Buffer.from('abc') });
    const decoded = decode(encoded);
    encoded.fill(0);
    expect(decoded).toEqual({ octets: Buffer.from('abc') });
  });

  it('are found at any offset, whatever follows', () => {
    const encoded = encodeTable(EVERY_TYPE);
    const b = Buffer.concat([Buffer.from('before'), encoded, Buffer.from('behind')]);
    expect(decodeTable(b, 6, b.length)).toEqual(EVERY_TYPE_DECODED);
    expect(skipTable(b, 6, b.length)).toBe(6 + encoded.length);
  });

  it('refuse values that the wire cannot hold', () => {
    const unknownType: FieldTable = JSON.parse('{"f": {"!": "toString", "value": 1}}');
    expect(() => encodeTable(unknownType)).toThrow(TypeError);
    expect(() => encodeTable({ ['n'.repeat(256)]: 1 })).toThrow(RangeError);
    expect(() => encodeTable({ f: { '!': 'uint8', value: 256 } })).toThrow(RangeError);
    expect(() => encodeTable({ f: { '!': 'int16', value: 32768 } })).toThrow(RangeError);
    expect(() => encodeTable({ f: { '!': 'timestamp', value: -1 } })).toThrow(RangeError);
    expect(() => encodeTable({ f: 2n ** 63n })).toThrow(RangeError);
    const aFunction = { f: () => 1 } as unknown as FieldTable;
    expect(() => encodeTable(aFunction)).toThrow(TypeError);
  });
});

describe('a malformed field table', () => {
  const encoded = encodeTable(EVERY_TYPE);

  it('is one that is cut off at any octet', () => {
    for (let end = 0; end < encoded.length; end++) {
      expect(skipTable(encoded, 0, end)).toBe(-1);
      expect(() => decodeTable(encoded, 0, end)).toThrow(ProtocolError);
    }
    expect(skipTable(encoded, 0, encoded.length)).toBe(encoded.length);
  });

  it('is one whose length cuts a field apart', () => {
    const whole: number[] = [];
    forEachField(encoded, 0, encoded.length, (_from, _to, _typeAt, _valueFrom, valueTo) => {
      whole.push(valueTo);
    });
    for (let size = 1; size < encoded.length - 4; size++) {
      const cut = Buffer.from(encoded);
      cut.writeUInt32BE(size);
      const expected = whole.includes(4 + size) ? 4 + size : -1;
      expect(skipTable(cut, 0, cut.length), `length ${size}`).toBe(expected);
    }
  });

  it('is one with an unknown type letter', () => {
    const known = [...'tbBsuIilLfdDSATFVx'];
    for (let letter = 0; letter < 0x80; letter++) {
      const type = String.fromCharCode(letter);
      if (known.includes(type)) continue;
      const table = tableOf(type, '0000000000000000');
      expect(skipTable(table, 0, table.length), type).toBe(-1);
    }
  });

  it('is a SYNTAX_ERROR of the connection', () => {
    const table = tableOf('?', '');
    expect(() => decode(table)).toThrow(
      expect.objectContaining({ code: 502, scope: 'connection' }),
    );
    expect(() => forEachField(table, 0, table.length, () => {})).toThrow(ProtocolError);
  });

  it('is one that is nested deeper than the limit', () => {
    const deepest = encodeTable(nestedTable(MAX_TABLE_DEPTH));
    expect(skipTable(deepest, 0, deepest.length)).toBe(deepest.length);
    expect(decode(deepest)).toEqual(nestedTable(MAX_TABLE_DEPTH));
    const tooDeep = encodeTable(nestedTable(MAX_TABLE_DEPTH + 1));
    expect(skipTable(tooDeep, 0, tooDeep.length)).toBe(-1);
  });

  it('cannot overflow the stack with arrays', () => {
    let list: FieldValue[] = [];
    for (let i = 0; i < 2000; i++) list = [list];
    const encodedList = encodeTable({ list });
    expect(skipTable(encodedList, 0, encodedList.length)).toBe(-1);
  });
});

describe('walking a field table', () => {
  it('gives the place of name, type and value of each field', () => {
    const b = Buffer.concat([Buffer.from('##'), encodeTable({ a: 1, bc: 'xyz', d: {} })]);
    const fields: string[] = [];
    forEachField(b, 2, b.length, (nameFrom, nameTo, typeAt, valueFrom, valueTo) => {
      const name = b.toString('latin1', nameFrom, nameTo);
      const type = String.fromCharCode(b[typeAt]);
      fields.push(`${name} ${type} ${b.toString('hex', valueFrom, valueTo)}`);
    });
    expect(fields).toEqual(['a b 01', 'bc S 0000000378797a', 'd F 00000000']);
  });

  it('covers every octet behind the length exactly once', () => {
    const b = encodeTable(EVERY_TYPE);
    let next = 4;
    forEachField(b, 0, b.length, (nameFrom, _nameTo, _typeAt, _valueFrom, valueTo) => {
      expect(nameFrom).toBe(next + 1);
      next = valueTo;
    });
    expect(next).toBe(b.length);
  });
});
