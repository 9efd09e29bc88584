import { describe, it } from 'vitest';
import { FRAME_HEADER, FRAME_METHOD } from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { isOracle } from '../support/broker.ts';
import { frame, headerPayload, methodPayload } from '../support/frames.ts';
import { useBroker } from '../support/session.ts';

const PUBLISH = encodeMethodFrame(1, {
  name: 'basic.publish',
  exchange: '',
  routingKey: 'nowhere',
});
const DECLARE = encodeMethodFrame(1, { name: 'queue.declare', queue: '', exclusive: true });

/** A frame whose payload is cut by some octets, its size being right. */
function shortened(whole: Buffer, octets: number): Buffer {
  const payload = whole.subarray(7, whole.length - 1 - octets);
  return frame(whole.readUInt8(0), whole.readUInt16BE(1), payload);
}

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
