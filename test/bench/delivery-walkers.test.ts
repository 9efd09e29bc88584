import { describe, expect, it } from 'vitest';
import { ContentWalker } from '../../bench/pump/content-walker.ts';
import type { DeliveryWalker } from '../../bench/pump/delivery-walker.ts';
import { FixedWalker } from '../../bench/pump/fixed-walker.ts';
import { FrameWalker } from '../../bench/pump/frame-walker.ts';
import { LATENCY_COUNTS_LENGTH } from '../../bench/pump/latency-counts.ts';
import { writeStamp } from '../../bench/pump/stamp.ts';
import { StampChecker } from '../../bench/pump/stamp-checker.ts';
import { encodeDirect, fillerBody } from '../../bench/workload/encode.ts';
import { DMP_HEARTBEAT } from '../../src/wire/dmp-content.ts';
import { encodeBodyFrames, encodeHeaderFrame, HEARTBEAT_FRAME } from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';

const BODY_OCTETS = 20;
const MESSAGES = 4;

function stampedBody(sequence: number): Buffer {
  const body = fillerBody(BODY_OCTETS);
  writeStamp(body, 0, sequence, 0, 0);
  return body;
}

function bodies(): Buffer[] {
  return Array.from({ length: MESSAGES }, (_, sequence) => stampedBody(sequence));
}

function checker(): StampChecker {
  return new StampChecker(new Int32Array(LATENCY_COUNTS_LENGTH), 0);
}

/** Presents `octets` in pieces, each with what was left of the one before, as a pump does. */
function feed(walker: DeliveryWalker, octets: Buffer, ends: readonly number[]): void {
  let from = 0;
  for (const end of ends) from = walker.walk(octets, from, end, 0);
  expect(octets.length - from).toBeLessThan(walker.headOctets);
}

function deliverFrames(body: Buffer, frameMax: number): Buffer[] {
  const deliver = encodeMethodFrame(1, {
    name: 'basic.deliver',
    consumerTag: 'c',
    routingKey: 'k',
  });
  const header = encodeHeaderFrame(1, body.length, encodeProperties({}));
  return [deliver, header, ...encodeBodyFrames(1, body, frameMax)];
}

const contents = bodies().map((body) => encodeDirect('exchange', 'key', body));
const contentStream = Buffer.concat(contents.flatMap(({ octets }) => [octets, DMP_HEARTBEAT]));
const frameStream = Buffer.concat(
  bodies().flatMap((body) => [...deliverFrames(body, 0), HEARTBEAT_FRAME]),
);
const fixedStream = Buffer.concat(bodies().flatMap((body) => [body, Buffer.from('PING\r\n')]));

const kinds = [
  {
    name: 'DMP contents with heartbeats',
    stream: contentStream,
    walker: (stamps: StampChecker | null) =>
      new ContentWalker(contents[0].octets.length, contents[0].bodyAt, stamps),
  },
  {
    name: 'AMQP frames with heartbeats',
    stream: frameStream,
    walker: (stamps: StampChecker | null) => new FrameWalker(stamps),
  },
  {
    name: 'messages of one size with interjections',
    stream: fixedStream,
    walker: (stamps: StampChecker | null) => new FixedWalker(BODY_OCTETS, 0, 'PING\r\n', stamps),
  },
];

describe.each(kinds)('a walker of $name', ({ stream, walker }) => {
  it('checks every message, wherever the stream is cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const stamps = checker();
      const walks = walker(stamps);
      feed(walks, stream, [cut, stream.length]);
      expect([walks.messages, stamps.missing, stamps.disordered]).toEqual([MESSAGES, 0, 0]);
    }
  });

  it('checks every message of a stream that comes octet by octet', () => {
    const stamps = checker();
    const walks = walker(stamps);
    feed(
      walks,
      stream,
      Array.from(stream.keys(), (at) => at + 1),
    );
    expect([walks.messages, stamps.missing, stamps.disordered]).toEqual([MESSAGES, 0, 0]);
  });
});

describe('a walker that only counts', () => {
  it.each(kinds.slice(0, 2))('counts $name, wherever they are cut', ({ stream, walker }) => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const walks = walker(null);
      feed(walks, stream, [cut, stream.length]);
      expect(walks.messages).toBe(MESSAGES);
    }
  });

  it('counts contents of one size by division, and others by walking', () => {
    const size = contents[0].octets.length;
    const equal = Buffer.concat(contents.map(({ octets }) => octets));
    for (const expectedSize of [size, size + 1]) {
      const walks = new ContentWalker(expectedSize, 0, null);
      feed(walks, equal, [equal.length]);
      expect(walks.messages).toBe(MESSAGES);
    }
  });

  it('counts a message once that comes in several body frames', () => {
    const octets = Buffer.concat(deliverFrames(fillerBody(10_000), 4096));
    const walks = new FrameWalker(null);
    feed(walks, octets, [octets.length]);
    expect(walks.messages).toBe(1);
  });

  it('refuses any method but Basic.Deliver', () => {
    const close = encodeMethodFrame(1, { name: 'channel.close', replyCode: 404, replyText: 'no' });
    expect(() => new FrameWalker(null).walk(close, 0, close.length, 0)).toThrow('Basic.Deliver');
  });
});

describe('a stamp checker', () => {
  it('counts what is missing and what comes twice, for each publisher', () => {
    const stamps = checker();
    const body = fillerBody(BODY_OCTETS);
    for (const [publisher, sequence] of [
      [0, 0],
      [1, 0],
      [0, 3],
      [0, 3],
      [1, 1],
      [0, 1],
    ]) {
      writeStamp(body, publisher, sequence, 0, 0);
      stamps.check(body, 0, 0);
    }
    expect([stamps.missing, stamps.disordered]).toEqual([2, 2]);
  });

  it('times messages from the one that it is told to', () => {
    const counts = new Int32Array(LATENCY_COUNTS_LENGTH);
    const stamps = new StampChecker(counts, 2);
    const body = fillerBody(BODY_OCTETS);
    for (let sequence = 0; sequence < 4; sequence++) {
      writeStamp(body, 0, sequence, 1000, 0);
      stamps.check(body, 0, 6000);
    }
    expect(counts[50]).toBe(2);
    expect(counts.reduce((sum, count) => sum + count)).toBe(2);
  });
});
