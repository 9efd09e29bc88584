import { contentSize, encodeContent } from '../../src/wire/dmp-content.ts';
import { encodeBodyFrames, encodeHeaderFrame } from '../../src/wire/frame.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';
import { type BasicProperties, encodeProperties } from '../../src/wire/properties.ts';
import type { MessageBlock } from '../pump/orders.ts';
import { PUMP_CALL_OCTETS } from '../pump/orders.ts';

/** Octets of a block of messages with many keys: every key once, unless that takes more. */
const BLOCK_MAX_OCTETS = 64 * 1024 * 1024;
const FILLER = 'x';

/** One encoded message. */
export interface EncodedMessage {
  readonly octets: Buffer;
  /** Offset in `octets` of the body. */
  readonly bodyAt: number;
}

/** A body of the given size without meaning. */
export function fillerBody(bodyOctets: number): Buffer {
  return Buffer.alloc(bodyOctets, FILLER);
}

/** Basic.Publish, content header and body frames on channel 1. */
export function encodePublish(
  exchange: string,
  routingKey: string,
  body: Buffer,
  frameMax: number,
  properties: BasicProperties = {},
): EncodedMessage {
  const method = encodeMethodFrame(1, { name: 'basic.publish', exchange, routingKey });
  const header = encodeHeaderFrame(1, body.length, encodeProperties(properties));
  const frames = encodeBodyFrames(1, body, frameMax);
  const octets = Buffer.concat([method, header, ...frames]);
  return { octets, bodyAt: octets.indexOf(FILLER, method.length + header.length) };
}

/** A DMP content without properties. */
export function encodeDirect(exchange: string, routingKey: string, body: Buffer): EncodedMessage {
  const names = [encodeShortstr(exchange), encodeShortstr(routingKey)];
  const view = new MessageView();
  view.envelope = Buffer.concat([...names, encodeProperties({})]);
  view.routingKeyAt = names[0].length;
  view.propertiesAt = names[0].length + names[1].length;
  view.propertiesEnd = view.envelope.length;
  view.body = body;
  view.bodySize = body.length;
  const octets = Buffer.alloc(contentSize(view));
  encodeContent(view, 0, octets, 0);
  return { octets, bodyAt: octets.length - body.length };
}

/**
 * A block of messages, one for each key in turn, at least as large as what is written at once.
 * @throws RangeError if the messages differ in size
 */
export function encodeBlock(
  routingKeys: readonly string[],
  encode: (routingKey: string) => EncodedMessage,
): MessageBlock {
  const { octets: first, bodyAt } = encode(routingKeys[0]);
  const keys = routingKeys.slice(0, Math.max(1, Math.floor(BLOCK_MAX_OCTETS / first.length)));
  const round = Buffer.concat(keys.map((key) => encode(key).octets));
  if (round.length !== keys.length * first.length) {
    throw new RangeError('The messages of a block must have the same size');
  }
  const rounds = Math.max(1, Math.floor(PUMP_CALL_OCTETS / round.length));
  const octets = Buffer.concat(Array.from({ length: rounds }, () => round));
  return { octets, messageOctets: first.length, bodyAt };
}
