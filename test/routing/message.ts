import type { FieldTable } from '../../src/wire/field-table.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';
import { encodeProperties } from '../../src/wire/properties.ts';

/** A message as routing sees it: with the routing key `key` and the headers `headers`. */
export function message(key: string, headers?: FieldTable): MessageView {
  return view(encodeShortstr(key), headers);
}

/** The same with a routing key of any octets. */
export function messageWithKeyOctets(key: Buffer): MessageView {
  return view(Buffer.concat([Buffer.of(key.length), key]), undefined);
}

function view(shortstr: Buffer, headers: FieldTable | undefined): MessageView {
  const made = new MessageView();
  const properties = encodeProperties(headers === undefined ? {} : { headers });
  // Something in front and behind: a parser that ignores the offsets must not get away with it.
  made.envelope = Buffer.concat([Buffer.of(7, 7, 7), shortstr, properties, Buffer.of(7)]);
  made.routingKeyAt = 3;
  made.propertiesAt = 3 + shortstr.length;
  made.propertiesEnd = made.propertiesAt + properties.length;
  return made;
}
