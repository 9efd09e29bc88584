import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../src/wire/methods.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import type { Method } from '../../src/wire/spec.ts';
import * as spec from '../../src/wire/spec.ts';
import { definitions } from './amqplib-oracle.ts';
import { RECORDED_METHODS } from './openamq-session.ts';

const PAYLOAD_AT = 7;

/** Arguments that 0-9-1 reserves: they have no place in our types. */
const RESERVED = ['ticket', 'capabilities', 'insist', 'knownHosts', 'outOfBand', 'channelId'];

const METHODS: readonly [string, number][] = Object.entries(spec);
const KNOWN_TO_AMQPLIB = METHODS.filter(([constant]) => !constant.startsWith('DIRECT_'));

/** BASIC_GET_OK → basic.get-ok */
function methodName(constant: string): string {
  return constant.toLowerCase().replace('_', '.').replaceAll('_', '-');
}

function sampleValue(type: string, index: number): unknown {
  switch (type) {
    case 'bit':
      return index % 2 === 0;
    case 'octet':
      return 200 + index;
    case 'short':
      return 0xfff0 + index;
    case 'long':
      return 0xfffffff0 + index;
    case 'longlong':
      return 2 ** 53 - 1 - index;
    case 'shortstr':
      return `tëxt ${index}`;
    case 'longstr':
      return Buffer.from([index, 0, 255]);
    case 'table':
      return { index, nested: { list: [1, 'two'] } };
    default:
      throw new Error(`no sample of type ${type}`);
  }
}

/** A method with a different value in each of its fields, or with the opposite bits. */
function sample(constant: string, number: number, flipBits: boolean): MethodToSend {
  const fields = definitions
    .info(number)
    .args.map(({ name, type }, index) => {
      const value = sampleValue(type, index);
      return [name, type === 'bit' && flipBits ? !value : value] as const;
    })
    .filter(([name]) => constant === 'ACCESS_REQUEST_OK' || !RESERVED.includes(name))
    .filter(([name]) => constant !== 'BASIC_GET_EMPTY' || name !== 'clusterId');
  return { name: methodName(constant), ...Object.fromEntries(fields) } as MethodToSend;
}

function decodeFrame(frame: Buffer): Method {
  return decodeMethod(frame, PAYLOAD_AT, frame.length - 1);
}

/** Every field as it is if it is left out. */
const RESERVED_VALUES = { ticket: 0, capabilities: '', insist: false, knownHosts: '' };
const MORE_RESERVED_VALUES = { outOfBand: '', channelId: Buffer.alloc(0), clusterId: '' };

describe('the generated codec', () => {
  it('is what the generator makes of the specification today', () => {
    const script = fileURLToPath(new URL('../../scripts/generate-wire-spec.mjs', import.meta.url));
    execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' });
  });
});

describe('methods', () => {
  it('are all those of 0-9-1, of RabbitMQ, and of class Direct', () => {
    expect(KNOWN_TO_AMQPLIB).toHaveLength(66);
    expect(METHODS).toHaveLength(70);
    expect(spec).toMatchObject({
      DIRECT_PUT: 0xf03c000a,
      DIRECT_PUT_OK: 0xf03c000b,
      DIRECT_GET: 0xf03c0014,
      DIRECT_GET_OK: 0xf03c0015,
    });
  });

  for (const [constant, number] of KNOWN_TO_AMQPLIB) {
    it(`survive encoding and decoding: ${methodName(constant)}`, () => {
      for (const flipBits of [false, true]) {
        const method = sample(constant, number, flipBits);
        expect(decodeFrame(encodeMethodFrame(7, method))).toStrictEqual(method);
      }
    });

    it(`are encoded octet for octet as amqplib encodes them: ${methodName(constant)}`, () => {
      for (const flipBits of [false, true]) {
        const method = sample(constant, number, flipBits);
        const all = { ...RESERVED_VALUES, ...MORE_RESERVED_VALUES, ...method };
        const expected = definitions.encodeMethod(number, 0x1234, all);
        expect(encodeMethodFrame(0x1234, method)).toEqual(expected);
      }
    });
  }

  it('take 0, false and empty for what is left out', () => {
    for (const [constant] of METHODS) {
      const frame = encodeMethodFrame(1, { name: methodName(constant) } as MethodToSend);
      const { name, ...fields } = decodeFrame(frame);
      expect(name).toBe(methodName(constant));
      for (const value of Object.values(fields)) {
        const empty = [0, false, '', Buffer.alloc(0), {}];
        expect(empty).toContainEqual(value);
      }
    }
  });

  it('share no memory with the octets they were decoded from', () => {
    const frame = encodeMethodFrame(0, {
      name: 'connection.start-ok',
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0guest'),
    });
    const method = decodeFrame(frame);
    frame.fill(0xff);
    expect(method).toMatchObject({ response: Buffer.from('\0guest\0guest') });
  });

  it('grow as large as their arguments', () => {
    const response = Buffer.alloc(100_000, 7);
    const frame = encodeMethodFrame(0, { name: 'connection.secure-ok', response });
    expect(decodeFrame(frame)).toEqual({ name: 'connection.secure-ok', response });
  });

  it('refuse values that the wire cannot hold', () => {
    const tooLong = 'k'.repeat(256);
    expect(() => encodeMethodFrame(1, { name: 'basic.publish', routingKey: tooLong })).toThrow(
      RangeError,
    );
    expect(() => encodeMethodFrame(1, { name: 'basic.ack', deliveryTag: -1 })).toThrow(RangeError);
    expect(() => encodeMethodFrame(1, { name: 'basic.qos', prefetchCount: 65536 })).toThrow(
      RangeError,
    );
    expect(() => encodeMethodFrame(65536, { name: 'channel.open' })).toThrow(RangeError);
  });
});

describe('a malformed method', () => {
  it('is one that is cut off at any octet, or that something follows', () => {
    for (const [constant, number] of KNOWN_TO_AMQPLIB) {
      const frame = encodeMethodFrame(1, sample(constant, number, false));
      const end = frame.length - 1;
      for (let cut = PAYLOAD_AT; cut < end; cut++) {
        expect(() => decodeMethod(frame, PAYLOAD_AT, cut)).toThrow(
          expect.objectContaining({ code: 502, scope: 'connection' }),
        );
      }
      expect(() => decodeMethod(frame, PAYLOAD_AT, end + 1)).toThrow(
        expect.objectContaining({ code: 502, scope: 'connection' }),
      );
    }
  });

  it('names itself in the error', () => {
    const frame = encodeMethodFrame(1, { name: 'direct.put', sink: 'prices' });
    expect(() => decodeMethod(frame, PAYLOAD_AT, frame.length - 2)).toThrow(
      expect.objectContaining({ classId: 61500, methodId: 10 }),
    );
  });

  it('is NOT_IMPLEMENTED if its class or its number is unknown', () => {
    for (const payload of ['00630001', '003c0001', 'f03c000c', 'ffffffff']) {
      const b = Buffer.from(payload, 'hex');
      expect(() => decodeMethod(b, 0, b.length)).toThrow(
        expect.objectContaining({
          code: 540,
          scope: 'connection',
          classId: b.readUInt16BE(0),
          methodId: b.readUInt16BE(2),
        }),
      );
    }
  });

  it('is a ProtocolError even without a number', () => {
    expect(() => decodeMethod(Buffer.alloc(3), 0, 3)).toThrow(ProtocolError);
  });
});

describe("the methods of OpenAMQ's session", () => {
  const decoded = RECORDED_METHODS.map(({ frame }) => decodeFrame(Buffer.from(frame, 'hex')));

  it('are all understood', () => {
    expect(decoded.map(({ name }) => name)).toEqual(RECORDED_METHODS.map(({ name }) => name));
  });

  it('mean what the recording says', () => {
    expect(decoded[0]).toMatchObject({
      serverProperties: { product: 'OpenAMQ Server\0', direct: 1 },
      mechanisms: Buffer.from('PLAIN'),
    });
    expect(decoded[1]).toMatchObject({
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0guest'),
    });
    expect(decoded).toContainEqual({
      name: 'connection.tune',
      channelMax: 1,
      frameMax: 32768,
      heartbeat: 2,
    });
    expect(decoded).toContainEqual({ name: 'direct.get', feed: 'auto.0' });
    expect(decoded).toContainEqual({ name: 'direct.get-ok', lease: 'F-000660D7CDE486D2-auto.0' });
    expect(decoded).toContainEqual({ name: 'direct.put', sink: 'amq.direct' });
    expect(decoded).toContainEqual({
      name: 'direct.put-ok',
      lease: 'S-000660D7CDE49CDC-amq.direct',
    });
  });

  it('are encoded to the same octets, unless they use what 0-9-1 reserves', () => {
    const different = RECORDED_METHODS.filter(({ frame }, i) => {
      const octets = Buffer.from(frame, 'hex');
      return !encodeMethodFrame(octets.readUInt16BE(1), decoded[i]).equals(octets);
    });
    // The server's table holds an integer in four octets, its channel id is reserved.
    expect(different.map(({ name }) => name)).toEqual(['connection.start', 'channel.open-ok']);
  });

  it('can be answered with `direct` in the type that its client reads', () => {
    const frame = encodeMethodFrame(0, {
      name: 'connection.start',
      serverProperties: { direct: { '!': 'int32', value: 1 } },
    });
    expect(frame.toString('hex')).toContain('066469726563744900000001');
  });
});
