import { MessageView } from '../../src/wire/message-view.ts';

const FLAGS_DELIVERY_MODE = Buffer.from([0x10, 0x00, 2]);

/** What a test puts into a log and expects to find there again. */
export interface SampleMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Buffer;
  readonly body: Buffer;
}

/** A message whose every octet depends on `seed`, so that no two can be taken for each other. */
export function sampleMessage(seed: number, bodyOctets: number): SampleMessage {
  return {
    exchange: seed % 3 === 0 ? '' : `exchange-${seed % 7}`,
    routingKey: `key.${seed}`,
    properties: FLAGS_DELIVERY_MODE,
    body: Buffer.from(
      Uint8Array.from({ length: bodyOctets }, (_, i) => (seed * 31 + i * 7) & 0xff),
    ),
  };
}

/**
 * A view of the message as a reader of sockets would hand it over: names, properties and body lie
 * apart from each other among foreign octets, and the body may be overwritten later.
 */
export function viewOf(message: SampleMessage): MessageView {
  const view = new MessageView();
  const gap = Buffer.from('gap');
  const exchange = shortstr(message.exchange);
  const routingKey = shortstr(message.routingKey);
  view.envelope = Buffer.concat([gap, exchange, routingKey, gap, message.properties, gap]);
  view.exchangeAt = gap.length;
  view.routingKeyAt = view.exchangeAt + exchange.length;
  view.propertiesAt = view.routingKeyAt + routingKey.length + gap.length;
  view.propertiesEnd = view.propertiesAt + message.properties.length;
  view.body = Buffer.concat([gap, message.body, gap]);
  view.bodyAt = gap.length;
  view.bodySize = message.body.length;
  return view;
}

/** A view whose body may be kept by reference. */
export function ownedViewOf(message: SampleMessage): MessageView {
  const view = viewOf(message);
  view.body = Buffer.from(message.body);
  view.bodyAt = 0;
  view.bodyOwned = true;
  return view;
}

/** The message that a view shows, copied. */
export function messageIn(view: MessageView): SampleMessage {
  const { envelope } = view;
  return {
    exchange: shortstrText(envelope, view.exchangeAt),
    routingKey: shortstrText(envelope, view.routingKeyAt),
    properties: Buffer.from(envelope.subarray(view.propertiesAt, view.propertiesEnd)),
    body: Buffer.from(view.body.subarray(view.bodyAt, view.bodyAt + view.bodySize)),
  };
}

function shortstr(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function shortstrText(b: Buffer, at: number): string {
  return b.toString('utf8', at + 1, at + 1 + b[at]);
}
