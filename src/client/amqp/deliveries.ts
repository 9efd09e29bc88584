import { copyOctets, readUint64, shortstrEnd } from '../../wire/octets.ts';
import { channelError, connectionError } from '../../wire/protocol-error.ts';
import { SYNTAX_ERROR, UNEXPECTED_FRAME } from '../../wire/reply-code.ts';
import type { Method } from '../../wire/spec.ts';
import { BASIC_DELIVER } from '../../wire/spec.ts';
import type {
  ConsumeMessage,
  ConsumeMessageFields,
  GetMessage,
  MessageFields,
  MessageProperties,
  ReturnedMessage,
} from '../types/message.ts';
import { messageProperties } from './message-properties.ts';
import { TextMemo } from './text-memo.ts';

/** Who gets complete messages. */
export interface MessageHandler {
  delivered(message: ConsumeMessage): void;
  got(message: GetMessage): void;
  returned(message: ReturnedMessage): void;
}

type Announcement = Extract<Method, { name: 'basic.get-ok' | 'basic.return' }>;

const IDLE = 0;
const HEADER_EXPECTED = 1;
const BODY_EXPECTED = 2;

const DELIVERY = 0;
const GOT = 1;
const RETURN = 2;

/** Class id, weight and body size, which precede the properties. */
const CONTENT_HEADER_FIXED_SIZE = 12;
/** Octets of Basic.Deliver between its first and its second name: delivery tag and bits. */
const TAG_AND_BITS_SIZE = 9;

const NO_FIELDS: ConsumeMessageFields = {
  consumerTag: '',
  deliveryTag: 0,
  redelivered: false,
  exchange: '',
  routingKey: '',
};
const NO_OCTETS = Buffer.alloc(0);

/**
 * Puts the messages of one channel together from their frames. Bodies are copied out of the octets
 * they came in, so that an application that keeps a small message does not keep what surrounded it.
 */
export class Deliveries {
  /** Added to the delivery tags of the broker, which start anew with each connection. */
  tagOffset = 0;
  /** The highest delivery tag so far, with the offset. */
  lastTag = 0;

  private readonly handler: MessageHandler;
  private readonly consumerTags = new TextMemo();
  private readonly exchanges = new TextMemo();
  private readonly routingKeys = new TextMemo();
  private state = IDLE;
  private kind = DELIVERY;
  private fields: MessageFields = NO_FIELDS;
  private properties: MessageProperties = messageProperties(Buffer.alloc(2), 0, 2);
  private body = NO_OCTETS;
  private filled = 0;

  constructor(handler: MessageHandler) {
    this.handler = handler;
  }

  /** Whether the present connection has brought a message. */
  get hasDelivered(): boolean {
    return this.lastTag > this.tagOffset;
  }

  /**
   * Another connection carries the channel: what is incomplete never comes, and tags start anew.
   */
  restart(): void {
    this.state = IDLE;
    this.tagOffset = this.lastTag;
  }

  /** Basic.Deliver, whose arguments are [at, end). @throws ProtocolError if it is malformed */
  deliver(b: Buffer, at: number, end: number): void {
    const tagAt = at < end ? shortstrEnd(b, at) : end;
    const exchangeAt = tagAt + TAG_AND_BITS_SIZE;
    const routingKeyAt = exchangeAt < end ? shortstrEnd(b, exchangeAt) : end;
    if (routingKeyAt >= end || shortstrEnd(b, routingKeyAt) !== end) {
      throw connectionError(SYNTAX_ERROR, 'malformed delivery', BASIC_DELIVER);
    }
    const deliveryTag = this.tagOffset + readUint64(b, tagAt);
    this.lastTag = deliveryTag;
    this.expectHeader(DELIVERY, {
      consumerTag: this.consumerTags.read(b, at),
      deliveryTag,
      redelivered: (b[tagAt + 8] & 1) !== 0,
      exchange: this.exchanges.read(b, exchangeAt),
      routingKey: this.routingKeys.read(b, routingKeyAt),
    });
  }

  /** The other methods that a message follows. */
  announce(method: Announcement): void {
    if (method.name === 'basic.return') {
      const { name: _name, ...fields } = method;
      // A returned message has no delivery tag; the types of amqplib say it had.
      this.expectHeader(RETURN, fields as unknown as MessageFields);
      return;
    }
    const { name: _name, ...fields } = method;
    this.lastTag = this.tagOffset + method.deliveryTag;
    this.expectHeader(GOT, { ...fields, deliveryTag: this.lastTag });
  }

  /** The payload [at, end) of a header frame. @throws ProtocolError if there must be none now */
  header(b: Buffer, at: number, end: number): void {
    if (this.state !== HEADER_EXPECTED) throw unexpected('Expected BasicDeliver or BasicReturn');
    const propertiesAt = at + CONTENT_HEADER_FIXED_SIZE;
    if (propertiesAt > end) throw connectionError(SYNTAX_ERROR, 'malformed content header');
    this.properties = messageProperties(b, propertiesAt, end);
    const bodySize = readUint64(b, at + 4);
    this.body = bodySize === 0 ? NO_OCTETS : Buffer.allocUnsafe(bodySize);
    this.filled = 0;
    if (bodySize === 0) this.complete();
    else this.state = BODY_EXPECTED;
  }

  /** The payload [at, end) of a body frame. @throws ProtocolError if there must be none now */
  content(b: Buffer, at: number, end: number): void {
    if (this.state !== BODY_EXPECTED) throw unexpected('Expected headers frame after delivery');
    const { body } = this;
    if (end - at > body.length - this.filled) {
      throw unexpected(`Too much content sent! Expected ${body.length} bytes`);
    }
    copyOctets(b, at, end, body, this.filled);
    this.filled += end - at;
    if (this.filled === body.length) this.complete();
  }

  private expectHeader(kind: number, fields: MessageFields): void {
    if (this.state !== IDLE) throw unexpected('Expected headers frame after delivery');
    this.kind = kind;
    this.fields = fields;
    this.state = HEADER_EXPECTED;
  }

  private complete(): void {
    const { fields, properties, body } = this;
    this.state = IDLE;
    this.body = NO_OCTETS;
    const message = { fields, properties, content: body };
    if (this.kind === DELIVERY) this.handler.delivered(message as ConsumeMessage);
    else if (this.kind === GOT) this.handler.got(message as GetMessage);
    else this.handler.returned(message as ReturnedMessage);
  }
}

function unexpected(text: string): Error {
  return channelError(UNEXPECTED_FRAME, text);
}
