import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContentCursor,
  contentSize,
  encodeContent,
  parseContent,
} from '../../src/wire/dmp-content.ts';
import { decodeTable, encodeTable, skipTable } from '../../src/wire/field-table.ts';
import { encodeBodyFrames, FRAME_MIN_SIZE, HEARTBEAT_FRAME } from '../../src/wire/frame.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { METHOD_READERS } from '../../src/wire/method-codec.ts';
import { decodeMethod } from '../../src/wire/methods.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';
import { encodeProperties, skipProperties } from '../../src/wire/properties.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { fuzzBudget } from './fuzz-budget.ts';
import { canDecodeProperties, referenceContent } from './reference-parser.ts';

const octets = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** Integers beyond 2^53 come back as bigints, and -0 as 0. */
function survives(number: number): boolean {
  return Number.isSafeInteger(number) ? !Object.is(number, -0) : !Number.isInteger(number);
}

/** Tables of all the types that decode to what they were encoded from. */
const { table } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean(),
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double().filter(survives),
    fc.constant(null),
    octets(20),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
    fc.record({ '!': fc.constant('timestamp'), value: fc.maxSafeNat() }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('table'),
  ),
  table: fc.dictionary(
    fc.string({ maxLength: 20 }).filter((name) => name !== '!'),
    tie('value'),
    { maxKeys: 5, noNullPrototype: true },
  ),
}));
const fieldTable = table.map((value) => value as Parameters<typeof encodeTable>[0]);

const text = fc.string({ maxLength: 60, unit: 'grapheme-ascii' });
const properties = fc.record(
  {
    contentType: text,
    headers: fieldTable,
    deliveryMode: fc.nat(255),
    priority: fc.nat(255),
    messageId: text,
    timestamp: fc.maxSafeNat(),
    clusterId: text,
  },
  { requiredKeys: [] },
);

const content = fc
  .record({ exchange: text, routingKey: text, properties, body: octets(50) })
  .map(({ exchange, routingKey, properties, body }) => {
    const names = Buffer.concat([encodeShortstr(exchange), encodeShortstr(routingKey)]);
    const view = new MessageView();
    view.envelope = Buffer.concat([names, encodeProperties(properties)]);
    view.routingKeyAt = 1 + exchange.length;
    view.propertiesAt = names.length;
    view.propertiesEnd = view.envelope.length;
    view.body = body;
    view.bodySize = body.length;
    const encoded = Buffer.alloc(contentSize(view));
    encodeContent(view, 0, encoded, 0);
    return encoded;
  });

/** Octets of `source` with a few of them changed to values that lengths and types like to have. */
function mutated(source: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const octet = fc.oneof(fc.nat(16), fc.nat(255), fc.constantFrom(...Buffer.from('tSFAxlV')));
  const change = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), octet });
  return fc.tuple(source, fc.array(change, { maxLength: 3 })).map(([original, changes]) => {
    const b = Buffer.from(original);
    for (const { place, octet } of changes) b[Math.floor(place * (b.length - 1))] = octet;
    return b;
  });
}

/** What `parse` makes of `b` must not depend on what follows it in memory. */
function expectSameBeforeGarbage(b: Buffer, parse: (b: Buffer, end: number) => number): number {
  const alone = parse(b, b.length);
  const followed = Buffer.concat([b, Buffer.alloc(300, 0x53)]);
  expect(parse(followed, b.length)).toBe(alone);
  return alone;
}

describe('whatever the octets', () => {
  it('field tables that are encoded are decoded to the same', () => {
    fc.assert(
      fc.property(fieldTable, (original) => {
        const encoded = encodeTable(original);
        const decoded = decodeTable(encoded, 0, encoded.length);
        expect(decoded).toEqual(original);
        expect(skipTable(encoded, 0, encoded.length)).toBe(encoded.length);
      }),
      fuzzBudget(),
    );
  });

  it('a field table is decoded if and only if it can be skipped', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(fieldTable.map(encodeTable)), octets(40)), (b) => {
        const end = expectSameBeforeGarbage(b, (octets, to) => skipTable(octets, 0, to));
        const decode = () => decodeTable(b, 0, b.length);
        if (end === -1) expect(decode).toThrow(ProtocolError);
        else expect(decode).not.toThrow();
      }),
      fuzzBudget(),
    );
  });

  it('properties are decoded if and only if they can be skipped', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(properties.map(encodeProperties)), octets(40)), (b) => {
        const end = expectSameBeforeGarbage(b, (octets, to) => skipProperties(octets, 0, to));
        if (end !== -1) expect(canDecodeProperties(b.subarray(0, end))).toBe(true);
        if (end !== b.length) expect(canDecodeProperties(b)).toBe(false);
      }),
      fuzzBudget(),
    );
  });

  it('a method is decoded or is a ProtocolError', () => {
    const number = fc.constantFrom(...METHOD_READERS.keys());
    fc.assert(
      fc.property(number, octets(60), (methodNumber, fields) => {
        const b = Buffer.concat([Buffer.alloc(4), fields]);
        b.writeUInt32BE(methodNumber);
        try {
          decodeMethod(b, 0, b.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      fuzzBudget(),
    );
  });

  it('a DMP content is parsed as a slow and obvious parser does it', () => {
    const cursor = new ContentCursor();
    const parse = (b: Buffer, end: number) => parseContent(b, 0, end, 1000, cursor);
    fc.assert(
      fc.property(mutated(content), (b) => {
        const taken = expectSameBeforeGarbage(b, parse);
        if (taken === b.length && taken > 4) {
          expect([
            cursor.routingKeyAt - cursor.exchangeAt - 1,
            cursor.propertiesAt - cursor.routingKeyAt - 1,
            cursor.optionsAt - cursor.propertiesAt,
            cursor.end - cursor.bodyAt,
          ]).toEqual(referenceContent(b));
        } else {
          expect(referenceContent(b)).toBeUndefined();
        }
      }),
      fuzzBudget(),
    );
  });

  it('frames are found however the stream is cut', () => {
    const cuts = fc.array(fc.nat(200), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(octets(40), { maxLength: 6 }), cuts, (bodies, places) => {
        const frames = bodies.flatMap((body) => [
          HEARTBEAT_FRAME,
          ...encodeBodyFrames(1, body, FRAME_MIN_SIZE),
        ]);
        const stream = Buffer.concat(frames);
        const splitter = new FrameSplitter(FRAME_MIN_SIZE);
        const found: Buffer[] = [];
        let from = 0;
        for (const to of [...places.sort((a, b) => a - b), stream.length]) {
          splitter.push(stream.subarray(from, to), (_type, _channel, b, payloadAt, payloadEnd) => {
            found.push(Buffer.from(b.subarray(payloadAt - 7, payloadEnd + 1)));
          });
          from = Math.min(to, stream.length);
        }
        expect(found).toEqual(frames);
      }),
      fuzzBudget(),
    );
  });
});
