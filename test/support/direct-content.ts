import {
  type BasicProperties,
  decodeProperties,
  encodeProperties,
} from '../../src/wire/properties.ts';

/** A content as section 3 of the DMP specification has it. */
export interface DirectContent {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: BasicProperties;
  /** Bit 1 mandatory, bit 0 immediate. */
  readonly options: number;
  readonly body: Buffer;
}

export const MANDATORY = 0b10;
export const IMMEDIATE = 0b01;

/** A heartbeat: a content's size field that says 0. */
export const HEARTBEAT = Buffer.alloc(4);

/** What a content may say that is not true, and octets it may have in place of the right ones. */
export interface Lies {
  /** Octets said to follow the size field. */
  readonly size?: number;
  /** Octets said to be the body's. */
  readonly bodySize?: number;
  /** In place of property flags and properties. */
  readonly properties?: Buffer;
}

/** A content on the wire; what is left out is empty, and all lengths are right unless told otherwise. */
export function encodeContent(content: Partial<DirectContent>, lies: Lies = {}): Buffer {
  const { exchange = '', routingKey = '', properties = {}, options = 0 } = content;
  const body = content.body ?? Buffer.alloc(0);
  const following = Buffer.concat([
    shortstr(exchange),
    shortstr(routingKey),
    lies.properties ?? encodeProperties(properties),
    Buffer.from([options]),
    bigEndian(lies.bodySize ?? body.length, 3),
    body,
  ]);
  return Buffer.concat([bigEndian(lies.size ?? following.length, 4), following]);
}

/**
 * The one content that `octets` are.
 * @throws Error if its lengths do not add up exactly
 */
export function decodeContent(octets: Buffer): DirectContent {
  const exchangeEnd = 5 + octets.readUInt8(4);
  const routingKeyEnd = exchangeEnd + 1 + octets.readUInt8(exchangeEnd);
  const optionsAt = propertiesEnd(octets, routingKeyEnd);
  const bodyAt = optionsAt + 4;
  const body = octets.subarray(bodyAt);
  if (octets.readUIntBE(optionsAt + 1, 3) !== body.length) {
    throw new Error(`a content whose lengths do not add up: ${octets.toString('hex', 0, 64)}…`);
  }
  return {
    exchange: octets.toString('utf8', 5, exchangeEnd),
    routingKey: octets.toString('utf8', exchangeEnd + 1, routingKeyEnd),
    properties: decodeProperties(octets, routingKeyEnd, optionsAt),
    options: octets.readUInt8(optionsAt),
    body,
  };
}

/** A short string: one length octet and that many octets. */
export function shortstr(text: string): Buffer {
  const octets = Buffer.from(text);
  return Buffer.concat([Buffer.from([octets.length]), octets]);
}

/** An unsigned integer of `size` octets in network byte order. */
function bigEndian(value: number, size: number): Buffer {
  const octets = Buffer.alloc(size);
  octets.writeUIntBE(value, 0, size);
  return octets;
}

/** How a property is encoded, from bit 15 of the flags downwards: s shortstr, t table, else octets. */
const PROPERTY_KINDS = ['s', 's', 't', 1, 1, 's', 's', 's', 's', 8, 's', 's', 's', 's'] as const;

/** The offset behind the properties whose flags are at `at`. */
function propertiesEnd(octets: Buffer, at: number): number {
  const flags = octets.readUInt16BE(at);
  let end = at + 2;
  PROPERTY_KINDS.forEach((kind, index) => {
    if ((flags & (0x8000 >> index)) === 0) return;
    if (kind === 's') end += 1 + octets.readUInt8(end);
    else if (kind === 't') end += 4 + octets.readUInt32BE(end);
    else end += kind;
  });
  return end;
}
