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
import { frame, headerPayload, methodPayload } from '../support/frames.ts';
import { useBroker } from '../support/session.ts';

const PUBLISH = encodeMethodFrame(1, {
  name: 'basic.publish',
  exchange: '',
  routingKey: 'nowhere',
});
const NO_PROPERTIES = encodeProperties({});
const DECLARE = encodeMethodFrame(1, { name: 'queue.declare', queue: '', exclusive: true });

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
