import { describe, expect, it } from 'vitest';
import {
  encodeBodyFrames,
  encodeHeaderFrame,
  FRAME_BODY,
  FRAME_MIN_SIZE,
  FRAME_OVERHEAD,
  HEARTBEAT_FRAME,
  PROTOCOL_HEADER,
} from '../../src/wire/frame.ts';
import { type FrameHandler, FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';
import { definitions } from './amqplib-oracle.ts';

interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: string;
}

/** A handler that appends what it is given to `frames`. */
function collectInto(frames: Frame[]): FrameHandler {
  return (type, channel, b, payloadAt, payloadEnd) => {
    frames.push({ type, channel, payload: b.toString('hex', payloadAt, payloadEnd) });
  };
}

function split(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const splitter = new FrameSplitter(FRAME_MIN_SIZE);
  for (const chunk of chunks) splitter.push(chunk, collectInto(frames));
  return frames;
}

const BODY = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i & 0xff));
const SMALL_BODY = Buffer.from('four');
const STREAM = Buffer.concat([
  HEARTBEAT_FRAME,
  encodeMethodFrame(1, { name: 'basic.publish', exchange: 'e', routingKey: 'key' }),
  encodeHeaderFrame(1, SMALL_BODY.length, encodeProperties({ deliveryMode: 2 })),
  ...encodeBodyFrames(1, SMALL_BODY, FRAME_MIN_SIZE),
  encodeMethodFrame(65535, { name: 'channel.close-ok' }),
]);
const STREAM_FRAMES: Frame[] = [
  { type: 8, channel: 0, payload: '' },
  { type: 1, channel: 1, payload: '003c002800000165036b657900' },
  { type: 2, channel: 1, payload: '003c00000000000000000004100002' },
  { type: 3, channel: 1, payload: SMALL_BODY.toString('hex') },
  { type: 1, channel: 65535, payload: '00140029' },
];

describe('frames', () => {
  it('have the octets of the specification', () => {
    expect(PROTOCOL_HEADER.toString('latin1')).toBe('AMQP\x00\x00\x09\x01');
    expect(HEARTBEAT_FRAME.toString('hex')).toBe('08000000000000ce');
  });

  it('of a content header are encoded as amqplib encodes them', () => {
    const properties = { contentType: 'text/plain', deliveryMode: 2 };
    for (const bodySize of [0, 1, 2 ** 32, 2 ** 40 + 5]) {
      expect(encodeHeaderFrame(9, bodySize, encodeProperties(properties))).toEqual(
        definitions.encodeProperties(60, 9, bodySize, properties),
      );
    }
  });

  it('of a body are no larger than the maximum and carry it all', () => {
    const frames = encodeBodyFrames(3, BODY, FRAME_MIN_SIZE);
    expect(frames.map((frame) => frame.length)).toEqual([4096, 4096, 10_000 - 2 * 4088 + 8]);
    const collected = split(frames);
    expect(collected.map(({ payload }) => payload).join('')).toBe(BODY.toString('hex'));
    for (const { type, channel } of collected) expect([type, channel]).toEqual([FRAME_BODY, 3]);
  });

  it('of a body that just fits are not followed by an empty one', () => {
    const body = BODY.subarray(0, FRAME_MIN_SIZE - FRAME_OVERHEAD);
    expect(encodeBodyFrames(3, body, FRAME_MIN_SIZE)).toHaveLength(1);
  });

  it('of an empty body are none, and without a maximum there is one', () => {
    expect(encodeBodyFrames(3, Buffer.alloc(0), FRAME_MIN_SIZE)).toEqual([]);
    expect(encodeBodyFrames(3, Buffer.alloc(0), 0)).toEqual([]);
    expect(encodeBodyFrames(3, BODY, 0).map(({ length }) => length)).toEqual([10_008]);
  });
});

describe('splitting a stream into frames', () => {
  it('finds all frames of one piece', () => {
    expect(split([STREAM])).toEqual(STREAM_FRAMES);
  });

  it('does not depend on where the stream is cut in two', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const chunks = [STREAM.subarray(0, cut), STREAM.subarray(cut)];
      expect(split(chunks), `cut at ${cut}`).toEqual(STREAM_FRAMES);
    }
  });

  it('does not depend on where the stream is cut in three', () => {
    const stream = STREAM.subarray(0, 40);
    const expected = split([stream]);
    for (let first = 0; first <= stream.length; first++) {
      for (let second = first; second <= stream.length; second++) {
        const chunks = [
          stream.subarray(0, first),
          stream.subarray(first, second),
          stream.subarray(second),
        ];
        expect(split(chunks), `cut at ${first} and ${second}`).toEqual(expected);
      }
    }
  });

  it('works octet by octet', () => {
    expect(split([...STREAM].map((octet) => Buffer.from([octet])))).toEqual(STREAM_FRAMES);
  });

  it('hands on a frame that is whole without copying it', () => {
    new FrameSplitter(FRAME_MIN_SIZE).push(STREAM, (_type, _channel, b) => {
      expect(b).toBe(STREAM);
    });
  });

  it('puts long frames together after short ones', () => {
    const stream = Buffer.concat([STREAM, ...encodeBodyFrames(3, BODY, FRAME_MIN_SIZE), STREAM]);
    const expected = split([stream]);
    for (const size of [1, 3, 1000, 4095]) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
      expect(split(chunks)).toEqual(expected);
    }
  });

  it('fails on a frame with another octet at its end, wherever it is cut', () => {
    const bad = Buffer.from(HEARTBEAT_FRAME);
    bad[7] = 0xcd;
    for (let cut = 0; cut <= bad.length; cut++) {
      expect(() => split([bad.subarray(0, cut), bad.subarray(cut)])).toThrow(
        expect.objectContaining({ code: 501, scope: 'connection' }),
      );
    }
  });

  it('fails on a payload above the limit as soon as its size is known', () => {
    const header = Buffer.from('03000100001001', 'hex');
    for (let cut = 0; cut <= header.length; cut++) {
      expect(() => split([header.subarray(0, cut), header.subarray(cut)])).toThrow(
        expect.objectContaining({ code: 501 }),
      );
    }
    expect(split([Buffer.from('03000100001000', 'hex')])).toEqual([]);
  });
});
