import {
  CONTENT_MIN_SIZE,
  CONTENT_SIZE_FIELD,
  OPTION_IMMEDIATE,
  OPTION_MANDATORY,
} from '../../wire/dmp-content.ts';
import {
  copyOctets,
  shortstrSize,
  writeShortstr,
  writeUint24,
  writeUint32,
} from '../../wire/octets.ts';
import { FLAGS_SIZE } from '../../wire/properties.ts';
import { text } from '../amqp/arguments.ts';
import { PublishProperties } from '../amqp/publish-properties.ts';
import { DIRECT_CONTENT_MAX_OCTETS } from '../limits.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import type * as Options from '../types/options.ts';

/** Octets of the smallest content beside its two empty names and its flags. */
const FIXED_SIZE = CONTENT_MIN_SIZE - FLAGS_SIZE - 2;
/** Octets of the body size, the last field of an envelope. */
const BODY_SIZE_FIELD = 3;
/** Addresses of direct reply-to (RabbitMQ extension) only mean something on the AMQP connection. */
const REPLY_TO_PREFIX = 'amq.rabbitmq.reply-to';

/**
 * Writes messages to one exchange as DMP contents (section 3). All that precedes the body is kept
 * from message to message.
 */
export class PublishContents {
  private readonly exchange: string;
  private readonly properties = new PublishProperties();
  private routingKey = '';
  private options = -1;
  private direct = false;
  private envelope = Buffer.alloc(0);

  constructor(exchange: string) {
    this.exchange = exchange;
  }

  /**
   * Prepares to write a message.
   * @returns whether it may travel directly: some things only the AMQP connection can do
   * @throws TypeError if the routing key or an option has the wrong type
   */
  fits(routingKey: string, body: Buffer, options: Options.Publish | undefined): boolean {
    const bits =
      (options?.mandatory ? OPTION_MANDATORY : 0) | (options?.immediate ? OPTION_IMMEDIATE : 0);
    const changed = this.properties.use(options);
    if (changed || routingKey !== this.routingKey || bits !== this.options) {
      this.direct = isDirect(routingKey, options);
      // Should the key be refused, what was prepared is worth nothing either.
      this.options = -1;
      this.prepare(text('routingKey', routingKey), bits);
    }
    return this.direct && this.envelope.length + body.length <= DIRECT_CONTENT_MAX_OCTETS;
  }

  /** Appends the message that `fits` prepared. */
  write(output: BatchWriter, body: Buffer): void {
    const { envelope } = this;
    const size = envelope.length + body.length;
    output.reserve(size);
    const b = output.bytes;
    const bodyAt = output.at + envelope.length;
    copyOctets(envelope, 0, envelope.length, b, output.at);
    writeUint32(b, size - CONTENT_SIZE_FIELD, output.at);
    writeUint24(b, body.length, bodyAt - BODY_SIZE_FIELD);
    copyOctets(body, 0, body.length, b, bodyAt);
    output.at = bodyAt + body.length;
    output.end();
  }

  private prepare(routingKey: string, options: number): void {
    const { octets } = this.properties;
    const exchangeSize = shortstrSize(this.exchange);
    const routingKeySize = shortstrSize(routingKey);
    const size = FIXED_SIZE + exchangeSize + routingKeySize + octets.length;
    const b = this.envelope.length === size ? this.envelope : Buffer.allocUnsafe(size);
    let at = CONTENT_SIZE_FIELD;
    writeShortstr(b, this.exchange, at, exchangeSize);
    at += exchangeSize;
    writeShortstr(b, routingKey, at, routingKeySize);
    at += routingKeySize;
    copyOctets(octets, 0, octets.length, b, at);
    b[at + octets.length] = options;
    this.envelope = b;
    this.routingKey = routingKey;
    this.options = options;
  }
}

function isDirect(routingKey: string, options: Options.Publish | undefined): boolean {
  if (typeof routingKey === 'string' && routingKey.startsWith(REPLY_TO_PREFIX)) return false;
  if (options === undefined) return true;
  if (options.replyTo?.startsWith(REPLY_TO_PREFIX)) return false;
  // What the broker checks, or routes by, in the ordinary way only.
  return options.userId === undefined && !hasCopies(options) && !hasCopies(options.headers ?? {});
}

function hasCopies(fields: { CC?: unknown; BCC?: unknown }): boolean {
  return fields.CC !== undefined || fields.BCC !== undefined;
}
