import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/amqp-control/channel/channel.ts';
import { ContentAssembly } from '../../src/amqp-control/channel/content-assembly.ts';
import { type FrameHandler, FrameReader } from '../../src/amqp-control/connection/frame-reader.ts';
import { ChunkPool } from '../../src/amqp-control/io/chunk-pool.ts';
import {
  encodeBodyFrames,
  encodeHeaderFrame,
  FRAME_OVERHEAD,
  HEARTBEAT_FRAME,
} from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';

/** Puts messages together frame by frame, as a channel does whose messages don't come whole. */
class Assembler implements FrameHandler {
  readonly frameMax = 4096;
  readonly bodyOctetsMax = 1_000_000;
  readonly bodies: Buffer[] = [];
  private readonly assembly = new ContentAssembly(this.bodyOctetsMax, new ChunkPool());

  publishingChannel(): Channel | null {
    return null;
  }

  takePublication(): void {}

  takeMethod(_channel: number, b: Buffer, at: number, end: number): void {
    this.assembly.begin(b, at + 4, end);
  }

  takeHeader(_channel: number, b: Buffer, at: number, end: number): void {
    if (this.assembly.header(b, at, end)) this.keep();
  }

  takeBody(_channel: number, b: Buffer, at: number, to: number): void {
    if (this.assembly.body(b, at, to)) this.keep();
  }

  private keep(): void {
    const { body, bodyAt, bodySize } = this.assembly.view;
    this.bodies.push(Buffer.from(body.subarray(bodyAt, bodyAt + bodySize)));
    this.assembly.reset();
  }
}

/** Presents the parts one after the other, each behind what the reader left over. */
function readInParts(...parts: Buffer[]): Buffer[] {
  const handler = new Assembler();
  const reader = new FrameReader(handler);
  let leftOver: Buffer = Buffer.alloc(0);
  for (const part of parts) {
    const octets = Buffer.concat([leftOver, part]);
    leftOver = octets.subarray(reader.read(octets, 0, octets.length));
  }
  expect(leftOver).toHaveLength(0);
  return handler.bodies;
}

function message(body: Buffer): Buffer {
  return Buffer.concat([
    encodeMethodFrame(1, { name: 'basic.publish', routingKey: 'key' }),
    encodeHeaderFrame(1, body.length, encodeProperties({})),
    ...encodeBodyFrames(1, body, 10 + FRAME_OVERHEAD),
  ]);
}

describe('frames', () => {
  const bodies = [Buffer.from('0123456789'), Buffer.from('abcdefghijklmno'), Buffer.from('xyz')];
  const octets = Buffer.concat([...bodies.map(message), HEARTBEAT_FRAME]);

  it('make the same messages wherever the input is cut in two', () => {
    for (let at = 0; at <= octets.length; at++) {
      expect(readInParts(octets.subarray(0, at), octets.subarray(at))).toEqual(bodies);
    }
  });

  it('make the same messages wherever the input is cut in three', () => {
    for (let at = 0; at <= octets.length; at += 7) {
      for (let to = at; to <= octets.length; to++) {
        const parts = [octets.subarray(0, at), octets.subarray(at, to), octets.subarray(to)];
        expect(readInParts(...parts)).toEqual(bodies);
      }
    }
  });

  it('without a body are refused, in one part or two, where no message expects them', () => {
    const stray = Buffer.from([3, 0, 1, 0, 0, 0, 0, 206]);
    const follows = Buffer.concat([message(bodies[0]), stray]);
    expect(() => readInParts(follows)).toThrow('unexpected a content body frame');
    expect(() => readInParts(follows.subarray(0, -1), follows.subarray(-1))).toThrow(
      'unexpected a content body frame',
    );
  });
});
