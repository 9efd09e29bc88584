import { BASIC_CLASS_ID, CONTENT_HEADER_FIXED_SIZE } from '../../wire/frame.ts';
import { MessageView } from '../../wire/message-view.ts';
import { copyOctets, readUint16, readUint64 } from '../../wire/octets.ts';
import { skipProperties } from '../../wire/properties.ts';
import { channelError, connectionError } from '../../wire/protocol-error.ts';
import { PRECONDITION_FAILED, SYNTAX_ERROR, UNEXPECTED_FRAME } from '../../wire/reply-code.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import { CHUNK_OCTETS, type ChunkPool } from '../io/chunk-pool.ts';

/** Ticket, in front of the names in Basic.Publish. */
const TICKET_OCTETS = 2;

/**
 * Memory is taken at once for bodies of more than a chunk up to this size, and by doubling
 * beyond: a header may announce much that never comes. 1 MiB is copied once at the most for bodies
 * up to 1 MiB, twice for larger ones.
 */
const BODY_AT_ONCE_OCTETS = 1024 * 1024;

/** What arrives next on a channel. */
export type AssemblyStep = 'method' | 'header' | 'body';

/**
 * Puts together a message whose frames can't be taken in place, because they arrive apart or are
 * interleaved with those of other channels. When `step` is back at 'method', `view` is the
 * message, until `reset`.
 */
export class ContentAssembly {
  step: AssemblyStep = 'method';
  /** Last octet of the Basic.Publish: mandatory and immediate. */
  bits = 0;
  view = new MessageView();

  private readonly bodyOctetsMax: number;
  private readonly chunks: ChunkPool;
  /** Holds the body if it fits; whoever keeps the message copies it from there. */
  private chunk: Buffer | null = null;
  private received = 0;
  private names: Buffer = Buffer.alloc(0);

  /** @param bodyOctetsMax octets of the largest body accepted */
  constructor(bodyOctetsMax: number, chunks: ChunkPool) {
    this.bodyOctetsMax = bodyOctetsMax;
    this.chunks = chunks;
  }

  /**
   * Takes the arguments of a Basic.Publish, [from, to) without class and method. @throws
   * ProtocolError 502
   */
  begin(b: Buffer, from: number, to: number): void {
    const bitsAt = publishBitsAt(b, from, to);
    this.bits = b[bitsAt];
    this.names = Buffer.from(b.subarray(from + TICKET_OCTETS, bitsAt));
    this.step = 'header';
  }

  /**
   * Takes the payload of a header frame. @returns true if the message is complete. @throws
   * ProtocolError 505, 502, 406
   */
  header(b: Buffer, from: number, to: number): boolean {
    if (this.step !== 'header') throw unexpected('a content header frame');
    checkContentHeader(b, from, to);
    const { view, names } = this;
    const propertiesAt = from + CONTENT_HEADER_FIXED_SIZE;
    view.envelope = Buffer.concat([names, b.subarray(propertiesAt, to)]);
    view.exchangeAt = 0;
    view.routingKeyAt = 1 + names[0];
    view.propertiesAt = names.length;
    view.propertiesEnd = view.envelope.length;
    view.bodySize = readUint64(b, from + 4);
    if (view.bodySize > this.bodyOctetsMax) {
      this.reset();
      throw bodyTooLarge(readUint64(b, from + 4), this.bodyOctetsMax);
    }
    this.takeMemory(view);
    this.received = 0;
    this.step = view.bodySize === 0 ? 'method' : 'body';
    return view.bodySize === 0;
  }

  /**
   * Takes octets of body frames. @returns true if the message is complete. @throws ProtocolError
   * 505
   */
  body(b: Buffer, from: number, to: number): boolean {
    if (this.step !== 'body') throw unexpected('a content body frame');
    const { view } = this;
    const received = this.received + to - from;
    if (received > view.bodySize) {
      throw connectionError(
        UNEXPECTED_FRAME,
        `body of ${received} octets is longer than its header announced (${view.bodySize})`,
        BASIC_PUBLISH,
      );
    }
    if (received > view.body.length) this.grow(received);
    copyOctets(b, from, to, view.body, this.received);
    this.received = received;
    if (received < view.bodySize) return false;
    this.step = 'method';
    return true;
  }

  /** Forgets the message, which was published or is given up. */
  reset(): void {
    this.step = 'method';
    this.view = new MessageView();
    if (this.chunk !== null) this.chunks.give(this.chunk);
    this.chunk = null;
  }

  /**
   * A body of its own for each message would be garbage as soon as it is delivered, and memory
   * outside of the heap is dear to collect: at full speed that took a third of the time.
   */
  private takeMemory(view: MessageView): void {
    view.bodyAt = 0;
    view.bodyOwned = view.bodySize > CHUNK_OCTETS;
    if (view.bodyOwned) {
      view.body = Buffer.allocUnsafeSlow(Math.min(view.bodySize, BODY_AT_ONCE_OCTETS));
    } else if (view.bodySize > 0) {
      this.chunk = this.chunks.take();
      view.body = this.chunk;
    }
  }

  private grow(octets: number): void {
    const { view } = this;
    const larger = Buffer.allocUnsafeSlow(
      Math.min(view.bodySize, Math.max(octets, 2 * view.body.length)),
    );
    copyOctets(view.body, 0, this.received, larger, 0);
    view.body = larger;
  }
}

/**
 * Offset of the last octet of Basic.Publish's arguments [from, to), which holds its bits. @throws
 * ProtocolError 502
 */
export function publishBitsAt(b: Buffer, from: number, to: number): number {
  const routingKeyAt = from + TICKET_OCTETS + 1 + b[from + TICKET_OCTETS];
  if (from + TICKET_OCTETS < to && routingKeyAt < to) {
    const bitsAt = routingKeyAt + 1 + b[routingKeyAt];
    if (bitsAt + 1 === to) return bitsAt;
  }
  throw connectionError(SYNTAX_ERROR, 'malformed arguments of basic.publish', BASIC_PUBLISH);
}

/** @throws ProtocolError 505 for another class, 502 if the properties don't end with the frame */
export function checkContentHeader(b: Buffer, from: number, to: number): void {
  if (to - from < CONTENT_HEADER_FIXED_SIZE + 2) {
    throw connectionError(SYNTAX_ERROR, 'truncated content header', BASIC_PUBLISH);
  }
  if (readUint16(b, from) !== BASIC_CLASS_ID) {
    throw connectionError(
      UNEXPECTED_FRAME,
      `expected content header for class ${BASIC_CLASS_ID}, ` +
        `got one for class ${readUint16(b, from)}`,
      BASIC_PUBLISH,
    );
  }
  if (skipProperties(b, from + CONTENT_HEADER_FIXED_SIZE, to) !== to) {
    throw connectionError(SYNTAX_ERROR, 'malformed properties in content header', BASIC_PUBLISH);
  }
}

/** The error for a body larger than the broker accepts; RabbitMQ closes the channel with 406. */
export function bodyTooLarge(octets: number, octetsMax: number): Error {
  return channelError(
    PRECONDITION_FAILED,
    `message size ${octets} is larger than configured max size ${octetsMax}`,
    BASIC_PUBLISH,
  );
}

function unexpected(what: string): Error {
  return connectionError(UNEXPECTED_FRAME, `unexpected ${what}: no basic.publish precedes it`);
}
