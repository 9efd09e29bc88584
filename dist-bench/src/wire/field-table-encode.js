import { FieldWriter } from './field-writer.js';
const TWO_TO_THE_63 = 2 ** 63;
const INT8 = { letter: 'b', write: (w, value) => w.signed(Number(value), 1) };
const UINT8 = { letter: 'B', write: (w, value) => w.octet(Number(value)) };
const INT16 = { letter: 's', write: (w, value) => w.signed(Number(value), 2) };
const UINT16 = { letter: 'u', write: (w, value) => w.short(Number(value)) };
const INT32 = { letter: 'I', write: (w, value) => w.signed(Number(value), 4) };
const UINT32 = { letter: 'i', write: (w, value) => w.long(Number(value)) };
const INT64 = { letter: 'l', write: (w, value) => w.signedLonglong(value) };
const FLOAT = { letter: 'f', write: (w, value) => w.float(Number(value)) };
const DOUBLE = { letter: 'd', write: (w, value) => w.double(Number(value)) };
const TIMESTAMP = { letter: 'T', write: (w, value) => w.longlong(Number(value)) };
const NUMERIC_TYPES = {
    byte: INT8,
    int8: INT8,
    unsignedbyte: UINT8,
    uint8: UINT8,
    short: INT16,
    int16: INT16,
    unsignedshort: UINT16,
    uint16: UINT16,
    int: INT32,
    int32: INT32,
    unsignedint: UINT32,
    uint32: UINT32,
    long: INT64,
    int64: INT64,
    float: FLOAT,
    double: DOUBLE,
    float64: DOUBLE,
    timestamp: TIMESTAMP,
};
/**
 * `table` on the wire, its length included. An integer is written in the smallest signed type that
 * holds it, as amqplib does; wrap it (`{ '!': 'int32', value: 1 }`) to choose the type.
 * @throws RangeError if a name is longer than 255 octets or a number does not fit its type
 * @throws TypeError if a value is of no known type
 */
export function encodeTable(table) {
    const writer = new FieldWriter();
    writeTable(writer, table);
    return writer.finish();
}
/** As encodeTable, behind what `writer` holds already. */
export function writeTable(writer, table) {
    const lengthAt = writer.size;
    writer.long(0);
    for (const name of Object.keys(table)) {
        const value = table[name];
        if (value === undefined)
            continue;
        writer.shortstr(name);
        writeValue(writer, value);
    }
    writer.longAt(writer.size - lengthAt - 4, lengthAt);
}
function writeArray(writer, values) {
    const lengthAt = writer.size;
    writer.long(0);
    for (const value of values)
        writeValue(writer, value);
    writer.longAt(writer.size - lengthAt - 4, lengthAt);
}
function writeValue(writer, value) {
    switch (typeof value) {
        case 'string':
            writeType(writer, 'S');
            writer.longstr(value);
            return;
        case 'boolean':
            writeType(writer, 't');
            writer.bits(value);
            return;
        case 'number':
            writeNumeric(writer, smallestType(value), value);
            return;
        case 'bigint':
            writeNumeric(writer, INT64, value);
            return;
        case 'object':
            writeObject(writer, value);
            return;
        default:
            throw new TypeError(`A field table cannot hold a ${typeof value}`);
    }
}
function writeObject(writer, value) {
    if (value === null) {
        writeType(writer, 'V');
    }
    else if (Buffer.isBuffer(value)) {
        writeType(writer, 'x');
        writer.longstr(value);
    }
    else if (isArray(value)) {
        writeType(writer, 'A');
        writeArray(writer, value);
    }
    else if (isTyped(value)) {
        writeTyped(writer, value);
    }
    else {
        writeType(writer, 'F');
        writeTable(writer, value);
    }
}
/** Array.isArray does not narrow a union with a read-only array. */
function isArray(value) {
    return Array.isArray(value);
}
function isTyped(value) {
    return Object.hasOwn(value, '!');
}
function writeTyped(writer, field) {
    if (field['!'] === 'decimal') {
        writeType(writer, 'D');
        writer.octet(field.value.places);
        writer.long(field.value.digits);
        return;
    }
    if (!Object.hasOwn(NUMERIC_TYPES, field['!'])) {
        throw new TypeError(`Unknown type of a field: ${String(field['!'])}`);
    }
    writeNumeric(writer, NUMERIC_TYPES[field['!']], field.value);
}
function writeNumeric(writer, type, value) {
    writeType(writer, type.letter);
    type.write(writer, value);
}
function smallestType(value) {
    if (!Number.isInteger(value) || value >= TWO_TO_THE_63 || value < -TWO_TO_THE_63)
        return DOUBLE;
    if (value >= -0x80 && value < 0x80)
        return INT8;
    if (value >= -0x8000 && value < 0x8000)
        return INT16;
    if (value >= -0x80000000 && value < 0x80000000)
        return INT32;
    return INT64;
}
function writeType(writer, letter) {
    writer.octet(letter.charCodeAt(0));
}
//# sourceMappingURL=field-table-encode.js.map