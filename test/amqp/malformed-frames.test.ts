import { describe, expect, it } from 'vitest';
import {
  encodeHeaderFrame,
  FRAME_BODY,
  FRAME_HEADER,
  FRAME_METHOD,
  PROTOCOL_HEADER,
} from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';
import { isOracle } from '../support/broker.ts';
import { frame } from '../support/raw-client.ts';
import { useBroker } from '../support/session.ts';

/** The payload of a method frame: class, method, arguments. */
function methodPayload(classId: number, methodId: number, args = Buffer.alloc(0)): Buffer {
  const ids = Buffer.alloc(4);
  ids.writeUInt16BE(classId, 0);
  ids.writeUInt16BE(methodId, 2);
  return Buffer.concat([ids, args]);
}

/** The payload of a header frame. */
function headerPayload(classId: number, bodySize: number, properties: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(classId, 0);
  head.writeBigUInt64BE(BigInt(bodySize), 4);
  return Buffer.concat([head, properties]);
}

const PUBLISH = encodeMethodFrame(1, {
  name: 'basic.publish',
  exchange: '',
  routingKey: 'nowhere',
});
const NO_PROPERTIES = encodeProperties({});
const DECLARE = encodeMethodFrame(1, { name: 'queue.declare', queue: '', exclusive: true });

/** A frame whose payload is cut by some octets, its size being right. */
function shortened(whole: Buffer, octets: number): Buffer {
  const payload = whole.subarray(7, whole.length - 1 - octets);
  return frame(whole.readUInt8(0), whole.readUInt16BE(1), payload);
}

describe('malformed frames end the connection', () => {
  const session = useBroker();

  it.each([
    ['with a wrong end octet', 501, frame(FRAME_METHOD, 1, methodPayload(50, 30), 0)],
    ['of an unknown type', 501, frame(7, 1, Buffer.from('x'))],
    ['of type 0', 501, frame(0, 0, Buffer.alloc(0))],
    [
      'that claim to be larger than agreed on',
      501,
      Buffer.from([FRAME_METHOD, 0, 1, 0x7f, 0xff, 0xff, 0xff]),
    ],
    [
      'that claim to be larger than 2 GiB',
      501,
      Buffer.from([FRAME_BODY, 0, 1, 255, 255, 255, 255]),
    ],
  ])('%s (%d)', async (_, code, octets) => {
    const client = await session.rawChannel();
    client.write(octets);
    await client.expectConnectionClose(code);
  });

  it.each([
    ['a header without a publish', frame(FRAME_HEADER, 1, headerPayload(60, 1, NO_PROPERTIES))],
    ['a body without a publish', frame(FRAME_BODY, 1, Buffer.from('x'))],
    ['a body without a header', Buffer.concat([PUBLISH, frame(FRAME_BODY, 1, Buffer.from('x'))])],
    ['a method instead of a header', Buffer.concat([PUBLISH, DECLARE])],
    [
      'a method instead of a body',
      Buffer.concat([PUBLISH, encodeHeaderFrame(1, 5, NO_PROPERTIES), DECLARE]),
    ],
    [
      'a header instead of a body',
      Buffer.concat([
        PUBLISH,
        encodeHeaderFrame(1, 5, NO_PROPERTIES),
        encodeHeaderFrame(1, 5, NO_PROPERTIES),
      ]),
    ],
    [
      'a header of another class',
      Buffer.concat([PUBLISH, frame(FRAME_HEADER, 1, headerPayload(50, 1, NO_PROPERTIES))]),
    ],
  ])('with 505 for %s', async (_, octets) => {
    const client = await session.rawChannel();
    client.write(octets);
    await client.expectConnectionClose(505);
  });

  it.each([
    ['a method on a channel that is not open', encodeMethodFrame(9, { name: 'tx.select' })],
    ['a header on a channel that is not open', encodeHeaderFrame(9, 0, NO_PROPERTIES)],
    ['a body on a channel that is not open', frame(FRAME_BODY, 9, Buffer.from('x'))],
  ])('with 504 for %s', async (_, octets) => {
    const client = await session.rawChannel();
    client.write(octets);
    await client.expectConnectionClose(504, 505);
  });

  it.each([
    ['a method of channels on channel 0', encodeMethodFrame(0, { name: 'tx.select' })],
    ['a method of the connection elsewhere', encodeMethodFrame(1, { name: 'connection.close' })],
    ['a method that only brokers send', encodeMethodFrame(1, { name: 'queue.declare-ok' })],
    [
      'a delivery',
      Buffer.concat([
        encodeMethodFrame(1, { name: 'basic.deliver' }),
        encodeHeaderFrame(1, 0, NO_PROPERTIES),
      ]),
    ],
  ])('with 503, 504, 505 or 540 for %s', async (_, octets) => {
    const client = await session.rawChannel();
    client.write(octets);
    await client.expectConnectionClose(503, 504, 505, 540);
  });
});

describe.skipIf(isOracle)('malformed arguments (RabbitMQ answers 541 to most)', () => {
  const session = useBroker();
  const table = Buffer.from([0, 0, 0, 9, 3, 0x61, 0x62, 0x63, 0x53, 0, 0, 0, 99]);

  it.each([
    ['a method frame without a method', frame(FRAME_METHOD, 1, Buffer.from([0, 50, 0]))],
    ['arguments that end too early', shortened(DECLARE, 2)],
    [
      'arguments that end in a name',
      frame(FRAME_METHOD, 1, methodPayload(50, 10, Buffer.from([0, 0, 9, 65]))),
    ],
    [
      'octets behind the arguments',
      frame(FRAME_METHOD, 1, Buffer.concat([DECLARE.subarray(7, -1), Buffer.from([1])])),
    ],
    [
      'a table with a field that is longer than the table',
      frame(
        FRAME_METHOD,
        1,
        methodPayload(50, 10, Buffer.concat([Buffer.from([0, 0, 0, 0]), table])),
      ),
    ],
    [
      'a table that is longer than the frame',
      frame(FRAME_METHOD, 1, methodPayload(50, 10, Buffer.from([0, 0, 0, 0, 0xff, 0, 0, 0]))),
    ],
    [
      'a field of an unknown type',
      frame(
        FRAME_METHOD,
        1,
        methodPayload(50, 10, Buffer.from([0, 0, 0, 0, 0, 0, 0, 4, 1, 0x61, 0x51, 0])),
      ),
    ],
    [
      'a header frame that ends before its flags',
      Buffer.concat([PUBLISH, frame(FRAME_HEADER, 1, headerPayload(60, 1, Buffer.alloc(1)))]),
    ],
    [
      'properties that end too early',
      Buffer.concat([
        PUBLISH,
        frame(FRAME_HEADER, 1, headerPayload(60, 1, Buffer.from([0x80, 0, 9]))),
      ]),
    ],
    [
      'octets behind the properties',
      Buffer.concat([
        PUBLISH,
        frame(FRAME_HEADER, 1, headerPayload(60, 1, Buffer.from([0, 0, 9]))),
      ]),
    ],
    [
      'a headers table with a bad field',
      Buffer.concat([
        PUBLISH,
        frame(
          FRAME_HEADER,
          1,
          headerPayload(60, 1, Buffer.concat([Buffer.from([0x20, 0]), table])),
        ),
      ]),
    ],
  ])('end the connection with 501 or 502: %s', async (_, octets) => {
    const client = await session.rawChannel();
    client.write(octets);
    await client.expectConnectionClose(501, 502);
  });

  it.each([
    ['an unknown class', 999, 10],
    ['an unknown method', 50, 99],
    ['class 0', 0, 0],
  ])('end the connection with 540 or 503: %s', async (_, classId, methodId) => {
    const client = await session.rawChannel();
    client.write(frame(FRAME_METHOD, 1, methodPayload(classId, methodId)));
    await client.expectConnectionClose(540, 503);
  });

  it('end the connection with 501, 502 or 505: more body than announced', async () => {
    const client = await session.rawChannel();
    client.startPublish(1, 'nowhere', 3);
    client.writeBody(1, Buffer.from('four'));
    await client.expectConnectionClose(501, 502, 505);
  });

  it('end the connection with 502: a table nested without end', async () => {
    const client = await session.rawChannel();
    const depth = 5000;
    const nested = Buffer.alloc(depth * 7 + 4);
    for (let level = 0; level < depth; level++) {
      const at = level * 7;
      nested.writeUInt32BE(nested.length - at - 4, at);
      nested.write('\x01aF', at + 4, 'latin1');
    }
    const args = Buffer.concat([Buffer.from([0, 0, 0, 0]), nested]);
    client.write(frame(FRAME_METHOD, 1, methodPayload(50, 10, args)));
    await client.expectConnectionClose(502);
  });
});

describe('before the connection is open', () => {
  const session = useBroker();

  it.each([
    ['a channel is opened', encodeMethodFrame(1, { name: 'channel.open' })],
    ['a message is published', PUBLISH],
    ['tune-ok comes too early', encodeMethodFrame(0, { name: 'connection.tune-ok' })],
    ['open comes too early', encodeMethodFrame(0, { name: 'connection.open', virtualHost: '/' })],
    ['the frame is too large', Buffer.from([FRAME_METHOD, 0, 0, 0x7f, 0, 0, 0])],
    ['the frame is no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['the end octet is wrong', frame(FRAME_METHOD, 0, methodPayload(10, 11), 0)],
  ])('nobody gets in when %s', async (_, octets) => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    await client.expectMethod(0, 'connection.start');
    client.write(octets);
    await client.expectRefusal(501, 502, 503, 504, 505);
  });
});

describe('bad input', () => {
  const session = useBroker();

  it('hurts no neighbour and leaves nothing behind, whatever octets come', async () => {
    const neighbour = await session.rawChannel();
    const queue = await neighbour.declareQueue(1);
    neighbour.send(1, { name: 'basic.consume', queue, noAck: true });
    await neighbour.expectMethod(1, 'basic.consume-ok');
    let state = 12345;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 16) & 0xff;
    };
    for (let i = 0; i < 30; i++) {
      const client = await session.rawChannel();
      client.write(Buffer.from(Array.from({ length: 200 }, random)));
      client.destroy();
      neighbour.publish(1, '', queue, Buffer.from(`${i}`));
      expect(await neighbour.expectDelivery(1)).toMatchObject({ body: Buffer.from(`${i}`) });
    }
  });

  it('is found out wherever the packets are split', async () => {
    const octets = Buffer.concat([DECLARE, frame(FRAME_METHOD, 1, methodPayload(50, 30), 0)]);
    for (let at = 1; at < octets.length; at += 5) {
      const client = await session.rawChannel();
      await client.writeFully(octets.subarray(0, at));
      client.write(octets.subarray(at));
      await client.expectMethod(1, 'queue.declare-ok');
      await client.expectMethod(0, 'connection.close');
      client.destroy();
    }
  });
});
