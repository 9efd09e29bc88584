import { FRAME_END, FRAME_METHOD, FRAME_OVERHEAD } from '../../wire/frame.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { copyOctets, encodeShortstr, writeUint32, writeUint64 } from '../../wire/octets.ts';
import {
  BASIC_ACK,
  BASIC_DELIVER,
  BASIC_GET_OK,
  BASIC_NACK,
  BASIC_RETURN,
} from '../../wire/spec.ts';
import type { Outbox } from '../io/outbox.ts';
import { contentOctets, writeContent, writeFrameHeader } from './content-writer.ts';

const METHOD_ID_OCTETS = 4;
const DELIVERY_TAG_OCTETS = 8;

/** Where on which connection something is written. */
export interface FrameTarget {
  readonly outbox: Outbox;
  readonly channel: number;
  /** Negotiated size of the largest frame, in octets. */
  readonly frameMax: number;
}

/**
 * The octets of Basic.Deliver that are the same for every delivery to a consumer: method and
 * consumer tag.
 */
export function deliverPrefix(consumerTag: string): Buffer {
  const tag = encodeShortstr(consumerTag);
  const prefix = Buffer.alloc(METHOD_ID_OCTETS + tag.length);
  prefix.writeUInt32BE(BASIC_DELIVER, 0);
  tag.copy(prefix, METHOD_ID_OCTETS);
  return prefix;
}

/** Writes Basic.Deliver and its content. `prefix` comes from `deliverPrefix`. */
export function writeDelivery(
  target: FrameTarget,
  prefix: Buffer,
  deliveryTag: number,
  redelivered: boolean,
  view: MessageView,
): void {
  const { outbox, channel } = target;
  const names = namesOctets(view);
  const payload = prefix.length + DELIVERY_TAG_OCTETS + 1 + names;
  outbox.reserve(FRAME_OVERHEAD + payload + contentOctets(view, target.frameMax));
  const b = outbox.bytes;
  let at = writeFrameHeader(b, outbox.at, FRAME_METHOD, channel, payload);
  copyOctets(prefix, 0, prefix.length, b, at);
  at += prefix.length;
  writeUint64(b, deliveryTag, at);
  at += DELIVERY_TAG_OCTETS;
  b[at++] = redelivered ? 1 : 0;
  at = writeNames(view, b, at);
  b[at++] = FRAME_END;
  outbox.at = at;
  writeContent(outbox, channel, view, target.frameMax);
}

/** Writes Basic.Get-Ok and its content. */
export function writeGetOk(
  target: FrameTarget,
  deliveryTag: number,
  redelivered: boolean,
  messagesLeft: number,
  view: MessageView,
): void {
  const { outbox, channel } = target;
  const payload = METHOD_ID_OCTETS + DELIVERY_TAG_OCTETS + 1 + namesOctets(view) + 4;
  outbox.reserve(FRAME_OVERHEAD + payload + contentOctets(view, target.frameMax));
  const b = outbox.bytes;
  let at = writeFrameHeader(b, outbox.at, FRAME_METHOD, channel, payload);
  writeUint32(b, BASIC_GET_OK, at);
  writeUint64(b, deliveryTag, at + METHOD_ID_OCTETS);
  at += METHOD_ID_OCTETS + DELIVERY_TAG_OCTETS;
  b[at++] = redelivered ? 1 : 0;
  at = writeNames(view, b, at);
  writeUint32(b, messagesLeft, at);
  b[at + 4] = FRAME_END;
  outbox.at = at + 5;
  writeContent(outbox, channel, view, target.frameMax);
}

/** Writes Basic.Return and the content that comes back. `text` must fit a short string. */
export function writeReturn(
  target: FrameTarget,
  replyCode: number,
  text: string,
  view: MessageView,
): void {
  const { outbox, channel } = target;
  const replyText = encodeShortstr(text);
  const payload = METHOD_ID_OCTETS + 2 + replyText.length + namesOctets(view);
  outbox.reserve(FRAME_OVERHEAD + payload + contentOctets(view, target.frameMax));
  const b = outbox.bytes;
  let at = writeFrameHeader(b, outbox.at, FRAME_METHOD, channel, payload);
  writeUint32(b, BASIC_RETURN, at);
  b[at + 4] = replyCode >>> 8;
  b[at + 5] = replyCode;
  at += METHOD_ID_OCTETS + 2;
  copyOctets(replyText, 0, replyText.length, b, at);
  at = writeNames(view, b, at + replyText.length);
  b[at++] = FRAME_END;
  outbox.at = at;
  writeContent(outbox, channel, view, target.frameMax);
}

/** Writes a publisher confirm: Basic.Ack, or Basic.Nack without requeue. */
export function writeConfirm(
  target: FrameTarget,
  deliveryTag: number,
  multiple: boolean,
  accepted: boolean,
): void {
  const { outbox } = target;
  const payload = METHOD_ID_OCTETS + DELIVERY_TAG_OCTETS + 1;
  outbox.reserve(FRAME_OVERHEAD + payload);
  const b = outbox.bytes;
  const at = writeFrameHeader(b, outbox.at, FRAME_METHOD, target.channel, payload);
  writeUint32(b, accepted ? BASIC_ACK : BASIC_NACK, at);
  writeUint64(b, deliveryTag, at + METHOD_ID_OCTETS);
  b[at + METHOD_ID_OCTETS + DELIVERY_TAG_OCTETS] = multiple ? 1 : 0;
  b[at + payload] = FRAME_END;
  outbox.at = at + payload + 1;
}

/** Octets of exchange name and routing key, each with its length octet. */
function namesOctets(view: MessageView): number {
  return 2 + view.envelope[view.exchangeAt] + view.envelope[view.routingKeyAt];
}

function writeNames(view: MessageView, b: Buffer, at: number): number {
  const { envelope, exchangeAt, routingKeyAt } = view;
  const exchangeEnd = exchangeAt + 1 + envelope[exchangeAt];
  copyOctets(envelope, exchangeAt, exchangeEnd, b, at);
  const routingKeyEnd = routingKeyAt + 1 + envelope[routingKeyAt];
  const next = at + exchangeEnd - exchangeAt;
  copyOctets(envelope, routingKeyAt, routingKeyEnd, b, next);
  return next + routingKeyEnd - routingKeyAt;
}
