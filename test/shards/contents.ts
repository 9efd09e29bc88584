import { contentSize, encodeContent } from '../../src/wire/dmp-content.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';
import { type BasicProperties, encodeProperties } from '../../src/wire/properties.ts';

export const MANDATORY = 2;
export const IMMEDIATE = 1;
export const HEARTBEAT = Buffer.alloc(4);

export interface ContentParts {
  readonly exchange?: string;
  readonly key?: string;
  readonly headers?: FieldTable;
  readonly properties?: BasicProperties;
  readonly options?: number;
  readonly body?: string | Buffer;
}

/** A content as a client sends it; to the exchange `x` with the key `k` unless it is said. */
export function content(parts: ContentParts = {}): Buffer {
  const { exchange = 'x', key = 'k', headers, options = 0, body = '' } = parts;
  const properties = encodeProperties({ ...parts.properties, ...(headers && { headers }) });
  const names = Buffer.concat([encodeShortstr(exchange), encodeShortstr(key)]);
  const view = new MessageView();
  view.envelope = Buffer.concat([names, properties]);
  view.exchangeAt = 0;
  view.routingKeyAt = encodeShortstr(exchange).length;
  view.propertiesAt = names.length;
  view.propertiesEnd = view.envelope.length;
  view.body = Buffer.from(body);
  view.bodySize = view.body.length;
  const encoded = Buffer.alloc(contentSize(view));
  encodeContent(view, options, encoded, 0);
  return encoded;
}

/** `count` contents that differ in their bodies: `prefix0`, `prefix1` … */
export function contents(count: number, parts: ContentParts = {}, prefix = 'm'): Buffer[] {
  return Array.from({ length: count }, (_, i) => content({ ...parts, body: `${prefix}${i}` }));
}

/** Contents as text, to be compared with what a rig has delivered. */
export function texts(list: readonly Buffer[]): string[] {
  return list.map((octets) => octets.toString('latin1'));
}
