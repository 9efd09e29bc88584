import { describe, expect, it } from 'vitest';
import {
  type BasicProperties,
  decodeProperties,
  encodeProperties,
  FLAG_APP_ID,
  FLAG_CLUSTER_ID,
  FLAG_CONTENT_ENCODING,
  FLAG_CONTENT_TYPE,
  FLAG_CORRELATION_ID,
  FLAG_DELIVERY_MODE,
  FLAG_EXPIRATION,
  FLAG_HEADERS,
  FLAG_MESSAGE_ID,
  FLAG_PRIORITY,
  FLAG_REPLY_TO,
  FLAG_TIMESTAMP,
  FLAG_TYPE,
  FLAG_USER_ID,
  propertyAt,
  skipProperties,
} from '../../src/wire/properties.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { definitions } from './amqplib-oracle.ts';

const ALL: Required<BasicProperties> = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: { tenant: 'a', attempts: 3 },
  deliveryMode: 2,
  priority: 9,
  correlationId: 'c-1',
  replyTo: 'amq.reply',
  expiration: '60000',
  messageId: 'm-1',
  timestamp: 1_700_000_000,
  type: 'order',
  userId: 'guest',
  appId: 'shop',
  clusterId: 'x',
};

/** The flag of each property, and the first octets of its value in ALL, in hex. */
const FLAGS: readonly [keyof BasicProperties, number, string][] = [
  ['contentType', FLAG_CONTENT_TYPE, '0a74657874'],
  ['contentEncoding', FLAG_CONTENT_ENCODING, '04677a6970'],
  ['headers', FLAG_HEADERS, '0000001806'],
  ['deliveryMode', FLAG_DELIVERY_MODE, '02'],
  ['priority', FLAG_PRIORITY, '09'],
  ['correlationId', FLAG_CORRELATION_ID, '03632d31'],
  ['replyTo', FLAG_REPLY_TO, '09616d712e'],
  ['expiration', FLAG_EXPIRATION, '053630303030'],
  ['messageId', FLAG_MESSAGE_ID, '036d2d31'],
  ['timestamp', FLAG_TIMESTAMP, '000000006553f100'],
  ['type', FLAG_TYPE, '056f72646572'],
  ['userId', FLAG_USER_ID, '056775657374'],
  ['appId', FLAG_APP_ID, '0473686f70'],
  ['clusterId', FLAG_CLUSTER_ID, '0178'],
];

const HEADER_FRAME_BEFORE_PROPERTIES = 7 + 12;

/** The properties of ALL whose index in FLAGS is set in `mask`. */
function subset(mask: number): BasicProperties {
  const names = FLAGS.filter((_, i) => (mask & (1 << i)) !== 0).map(([name]) => name);
  return Object.fromEntries(names.map((name) => [name, ALL[name]]));
}

describe('basic properties as an object', () => {
  it('survive encoding and decoding in every combination', () => {
    for (let mask = 0; mask < 1 << FLAGS.length; mask++) {
      const properties = subset(mask);
      const encoded = encodeProperties(properties);
      expect(decodeProperties(encoded, 0, encoded.length)).toStrictEqual(properties);
    }
  });

  it('are encoded octet for octet as amqplib encodes them', () => {
    for (const [name] of FLAGS) {
      for (const properties of [{ [name]: ALL[name] }, { ...ALL, [name]: undefined }, ALL, {}]) {
        const frame = definitions.encodeProperties(60, 1, 0, properties);
        const expected = frame.subarray(HEADER_FRAME_BEFORE_PROPERTIES, frame.length - 1);
        expect(encodeProperties(properties)).toEqual(expected);
      }
    }
  });

  it('refuse values that the wire cannot hold', () => {
    expect(() => encodeProperties({ priority: 256 })).toThrow(RangeError);
    expect(() => encodeProperties({ messageId: 'm'.repeat(256) })).toThrow(RangeError);
    expect(() => encodeProperties({ timestamp: -1 })).toThrow(RangeError);
    expect(() => encodeProperties({ timestamp: 1.5 })).toThrow(RangeError);
  });

  it('are a SYNTAX_ERROR of the connection if something is missing or left over', () => {
    const encoded = encodeProperties(ALL);
    for (let end = 0; end < encoded.length; end++) {
      expect(() => decodeProperties(encoded, 0, end)).toThrow(
        expect.objectContaining({ code: 502, scope: 'connection' }),
      );
    }
    const longer = Buffer.concat([encoded, Buffer.from([0])]);
    expect(() => decodeProperties(longer, 0, longer.length)).toThrow(ProtocolError);
  });
});

describe('basic properties in place', () => {
  it('are skipped in every combination', () => {
    for (let mask = 0; mask < 1 << FLAGS.length; mask++) {
      const encoded = encodeProperties(subset(mask));
      const b = Buffer.concat([Buffer.from('<'), encoded, Buffer.from('>')]);
      expect(skipProperties(b, 1, b.length)).toBe(b.length - 1);
    }
  });

  it('are malformed if they are cut off at any octet', () => {
    const encoded = encodeProperties(ALL);
    for (let end = 0; end < encoded.length; end++) {
      expect(skipProperties(encoded, 0, end)).toBe(-1);
    }
    for (const [name] of FLAGS) {
      const one = encodeProperties({ [name]: ALL[name] });
      expect(skipProperties(one, 0, one.length), name).toBe(one.length);
      expect(skipProperties(one, 0, one.length - 1), name).toBe(-1);
    }
  });

  it('are malformed if there is a field that is malformed in the headers', () => {
    const encoded = encodeProperties({ headers: { f: true } });
    encoded[encoded.indexOf('t')] = 0x3f;
    expect(skipProperties(encoded, 0, encoded.length)).toBe(-1);
  });

  it('are malformed if a second flags word or the meaningless flag is announced', () => {
    for (const forbidden of [1, 2, 3]) {
      const encoded = encodeProperties(ALL);
      encoded[1] |= forbidden;
      const longer = Buffer.concat([encoded, Buffer.alloc(4)]);
      expect(skipProperties(longer, 0, longer.length)).toBe(-1);
      expect(() => decodeProperties(encoded, 0, encoded.length)).toThrow(ProtocolError);
    }
  });

  it('are found by their flag, whichever others are set', () => {
    for (const mask of [0x3fff, 0x1555, 0x2aaa, 0x0204, 0x2001]) {
      const b = Buffer.concat([Buffer.from('###'), encodeProperties(subset(mask))]);
      FLAGS.forEach(([name, flag, valueHex], i) => {
        const at = propertyAt(b, 3, flag);
        if ((mask & (1 << i)) === 0) expect(at, name).toBe(-1);
        else expect(b.toString('hex', at, at + valueHex.length / 2), name).toBe(valueHex);
      });
    }
  });
});
