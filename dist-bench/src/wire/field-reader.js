import { decodeTable } from './field-table-decode.js';
import { skipTable } from './field-table-walk.js';
import { readUint16, readUint32, readUint64 } from './octets.js';
import { connectionError } from './protocol-error.js';
import { SYNTAX_ERROR } from './reply-code.js';
/**
 * Reads AMQP fields one behind the other. For control paths: what it returns shares no memory with
 * the octets read. Every read throws ProtocolError SYNTAX_ERROR where the octets end too early.
 */
export class FieldReader {
    b;
    end;
    methodId;
    at;
    /** @param methodId the 32-bit number of the method that errors are blamed on, 0 for none */
    constructor(b, at, end, methodId = 0) {
        this.b = b;
        this.at = at;
        this.end = end;
        this.methodId = methodId;
    }
    /** An unsigned 8-bit integer, or up to eight bits, the first of them the lowest. */
    octet() {
        return this.b[this.take(1)];
    }
    /** An unsigned 16-bit integer. */
    short() {
        return readUint16(this.b, this.take(2));
    }
    /** An unsigned 32-bit integer. */
    long() {
        return readUint32(this.b, this.take(4));
    }
    /** An unsigned 64-bit integer, exact up to 2^53. */
    longlong() {
        return readUint64(this.b, this.take(8));
    }
    /** A short string as text. */
    shortstr() {
        const size = this.octet();
        const from = this.take(size);
        return this.b.toString('utf8', from, from + size);
    }
    /** A copy of a long string's octets. */
    longstr() {
        const size = this.long();
        const from = this.take(size);
        return Buffer.from(this.b.subarray(from, from + size));
    }
    /** A field table. */
    table() {
        const from = this.at;
        const to = skipTable(this.b, from, this.end);
        if (to === -1)
            throw this.error('malformed field table');
        this.at = to;
        return decodeTable(this.b, from, to);
    }
    /** @throws ProtocolError SYNTAX_ERROR if something follows what was read */
    finish() {
        if (this.at !== this.end)
            throw this.error(`${this.end - this.at} octets too many`);
    }
    take(count) {
        const from = this.at;
        if (from + count > this.end)
            throw this.error('octets are missing');
        this.at = from + count;
        return from;
    }
    error(text) {
        return connectionError(SYNTAX_ERROR, text, this.methodId);
    }
}
//# sourceMappingURL=field-reader.js.map