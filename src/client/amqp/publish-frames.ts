import { type ContentCursor, OPTION_IMMEDIATE, OPTION_MANDATORY } from '../../wire/dmp-content.ts';
import {
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_METHOD,
  FRAME_OVERHEAD,
} from '../../wire/frame.ts';
import {
  copyOctets,
  shortstrSize,
  shortstrText,
  writeShortstr,
  writeUint16,
  writeUint32,
  writeUint64,
} from '../../wire/octets.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import type * as Options from '../types/options.ts';
import { text } from './arguments.ts';
import { PublishProperties } from './publish-properties.ts';

/** Octets of Basic.Publish beside the two names: method number, reserved short, bits. */
const PUBLISH_FIXED_SIZE = 4 + 2 + 1;
/** Class id, weight and body size, which precede the properties. */
const CONTENT_HEADER_FIXED_SIZE = 12;
const BASIC_CLASS_ID = 60;

const BIT_MANDATORY = 0b01;
const BIT_IMMEDIATE = 0b10;

/**
 * Writes messages as AMQP frames. All that precedes the body is kept from message to message, so
 * that publishing to where the last one went is a copy and two sizes.
 */
export class PublishFrames {
  /** Whether the broker knows `immediate`; RabbitMQ closes the connection for it. */
  immediateKnown = false;

  private readonly properties = new PublishProperties();
  private channel = 0;
  /** Octets of a body frame, without its overhead. */
  private payloadMax = Infinity;
  private exchange = '';
  private routingKey = '';
  private bits = -1;
  /** The method frame and the header frame. */
  private envelope = Buffer.alloc(0);
  private bodySizeAt = 0;

  /** Sets what depends on the connection. @param frameMax octets, 0 for no limit */
  configure(channel: number, frameMax: number, immediateKnown: boolean): void {
    this.channel = channel;
    this.payloadMax = frameMax === 0 ? Infinity : frameMax - FRAME_OVERHEAD;
    this.immediateKnown = immediateKnown;
    this.bits = -1;
  }

  /**
   * Appends a message to `output`.
   * @throws TypeError if a name or an option has the wrong type
   */
  write(
    output: BatchWriter,
    exchange: string,
    routingKey: string,
    body: Buffer,
    options: Options.Publish | undefined,
  ): void {
    const bits =
      (options?.mandatory ? BIT_MANDATORY : 0) |
      (this.immediateKnown && options?.immediate ? BIT_IMMEDIATE : 0);
    const changed = this.properties.use(options);
    if (
      changed ||
      exchange !== this.exchange ||
      routingKey !== this.routingKey ||
      bits !== this.bits
    ) {
      // Should a name be refused, what was prepared is worth nothing either.
      this.bits = -1;
      this.prepare(text('exchange', exchange), text('routingKey', routingKey), bits);
    }
    this.writePrepared(output, body, 0, body.length);
  }

  /** Appends a message that is a content of Direct Mode and lies in `b`. */
  writeContent(output: BatchWriter, b: Buffer, cursor: ContentCursor): void {
    const options = b[cursor.optionsAt];
    const bits =
      ((options & OPTION_MANDATORY) === 0 ? 0 : BIT_MANDATORY) |
      (this.immediateKnown && (options & OPTION_IMMEDIATE) !== 0 ? BIT_IMMEDIATE : 0);
    const properties = b.subarray(cursor.propertiesAt, cursor.optionsAt);
    const exchange = shortstrText(b, cursor.exchangeAt);
    this.encodeEnvelope(exchange, shortstrText(b, cursor.routingKeyAt), bits, properties);
    this.bits = -1;
    this.writePrepared(output, b, cursor.bodyAt, cursor.end);
  }

  private prepare(exchange: string, routingKey: string, bits: number): void {
    this.encodeEnvelope(exchange, routingKey, bits, this.properties.octets);
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.bits = bits;
  }

  private encodeEnvelope(
    exchange: string,
    routingKey: string,
    bits: number,
    properties: Buffer,
  ): void {
    const exchangeSize = shortstrSize(exchange);
    const routingKeySize = shortstrSize(routingKey);
    const methodSize = PUBLISH_FIXED_SIZE + exchangeSize + routingKeySize;
    const headerSize = CONTENT_HEADER_FIXED_SIZE + properties.length;
    const size = methodSize + headerSize + 2 * FRAME_OVERHEAD;
    const b = this.envelope.length === size ? this.envelope : Buffer.allocUnsafe(size);

    let at = this.frameHeader(b, 0, FRAME_METHOD, methodSize);
    writeUint32(b, BASIC_PUBLISH, at);
    writeUint16(b, 0, at + 4);
    at += 6;
    writeShortstr(b, exchange, at, exchangeSize);
    at += exchangeSize;
    writeShortstr(b, routingKey, at, routingKeySize);
    at += routingKeySize;
    b[at] = bits;
    b[at + 1] = FRAME_END;

    at = this.frameHeader(b, at + 2, FRAME_HEADER, headerSize);
    writeUint16(b, BASIC_CLASS_ID, at);
    writeUint16(b, 0, at + 2);
    this.bodySizeAt = at + 4;
    at += CONTENT_HEADER_FIXED_SIZE;
    copyOctets(properties, 0, properties.length, b, at);
    b[at + properties.length] = FRAME_END;
    this.envelope = b;
  }

  private writePrepared(output: BatchWriter, source: Buffer, from: number, to: number): void {
    const { envelope, payloadMax } = this;
    const bodySize = to - from;
    const frames = bodySize <= payloadMax ? 1 : Math.ceil(bodySize / payloadMax);
    output.reserve(envelope.length + bodySize + frames * FRAME_OVERHEAD);
    const b = output.bytes;
    let at = output.at;
    copyOctets(envelope, 0, envelope.length, b, at);
    writeUint64(b, bodySize, at + this.bodySizeAt);
    at += envelope.length;
    for (let next = from; next < to; next += payloadMax) {
      const payloadEnd = Math.min(to, next + payloadMax);
      at = this.frameHeader(b, at, FRAME_BODY, payloadEnd - next);
      copyOctets(source, next, payloadEnd, b, at);
      at += payloadEnd - next;
      b[at] = FRAME_END;
      at++;
    }
    output.at = at;
    output.end();
  }

  /** @returns the offset of the payload */
  private frameHeader(b: Buffer, at: number, type: number, payloadSize: number): number {
    b[at] = type;
    writeUint16(b, this.channel, at + 1);
    writeUint32(b, payloadSize, at + 3);
    return at + FRAME_HEADER_SIZE;
  }
}
