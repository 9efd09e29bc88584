import { shortstrSize, writeShortstr, writeUint64 } from './octets.ts';

/** Enough for most methods, and small enough to come from Node's pool of buffers. */
const INITIAL_SIZE_OCTETS = 256;

/** Writes AMQP fields one behind the other into a Buffer that grows. For control paths. */
export class FieldWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_SIZE_OCTETS);
  private used = 0;

  /** Octets written so far: the offset at which the next field will lie. */
  get size(): number {
    return this.used;
  }

  /** @throws RangeError unless `value` is an unsigned 8-bit integer */
  octet(value = 0): void {
    const at = this.grow(1);
    this.buffer.writeUInt8(value, at);
  }

  /**
   * Up to five bits, as many as any method has, in one octet: the first is the lowest (4.2.5.2).
   */
  bits(a = false, b = false, c = false, d = false, e = false): void {
    this.octet(
      Number(a) | (Number(b) << 1) | (Number(c) << 2) | (Number(d) << 3) | (Number(e) << 4),
    );
  }

  /** @throws RangeError unless `value` is an unsigned 16-bit integer */
  short(value = 0): void {
    const at = this.grow(2);
    this.buffer.writeUInt16BE(value, at);
  }

  /** @throws RangeError unless `value` is an unsigned 32-bit integer */
  long(value = 0): void {
    const at = this.grow(4);
    this.buffer.writeUInt32BE(value, at);
  }

  /** @throws RangeError unless `value` is an unsigned integer that a double holds exactly */
  longlong(value = 0): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Not an unsigned integer below 2^53: ${value}`);
    }
    const at = this.grow(8);
    writeUint64(this.buffer, value, at);
  }

  /** @throws RangeError if `text` is longer than 255 octets of UTF-8 */
  shortstr(text = ''): void {
    const size = shortstrSize(text);
    const at = this.grow(size);
    writeShortstr(this.buffer, text, at, size);
  }

  /** A long string: its length in 4 octets, and the octets, or the UTF-8 of a text. */
  longstr(value: Buffer | string = ''): void {
    const octets = typeof value === 'string' ? Buffer.from(value) : value;
    this.long(octets.length);
    this.octets(octets);
  }

  /** The octets as they are. */
  octets(octets: Buffer): void {
    const at = this.grow(octets.length);
    this.buffer.set(octets, at);
  }

  /** @throws RangeError unless `value` is a signed integer of `sizeOctets` (1, 2 or 4) octets */
  signed(value: number, sizeOctets: number): void {
    const at = this.grow(sizeOctets);
    this.buffer.writeIntBE(value, at, sizeOctets);
  }

  /** @throws RangeError unless `value` is a signed 64-bit integer */
  signedLonglong(value: number | bigint): void {
    const at = this.grow(8);
    this.buffer.writeBigInt64BE(BigInt(value), at);
  }

  /** A number in IEEE 754 single precision. */
  float(value: number): void {
    const at = this.grow(4);
    this.buffer.writeFloatBE(value, at);
  }

  /** A number in IEEE 754 double precision. */
  double(value: number): void {
    const at = this.grow(8);
    this.buffer.writeDoubleBE(value, at);
  }

  /** Overwrites the four octets at `at`, written before, with an unsigned integer. */
  longAt(value: number, at: number): void {
    this.buffer.writeUInt32BE(value, at);
  }

  /** What was written; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  /** Makes room for `count` octets and returns where they start. */
  private grow(count: number): number {
    const at = this.used;
    this.used += count;
    if (this.used > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.used, 2 * this.buffer.length));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    return at;
  }
}
