import { describe, expect, it } from 'vitest';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import { Rig } from './rig.ts';

const SLOT = 1;

describe('small records', () => {
  it('are written together with what else waits for their feed', () => {
    const rig = new Rig();
    const rings = [rig.ring(0), rig.ring(1)];
    const sink = rig.feed(SLOT);
    rings.forEach((ring, i) => {
      for (let serial = 0; serial < 10; serial++) ring.send(SLOT, [content(10 * i + serial)]);
    });
    rig.pump();
    expect(sink.offered).toEqual([20 * CONTENT_OCTETS]);
  });

  it('are written in batches of the size that was asked for, at most', () => {
    const rig = new Rig({ batchOctets: 2048 });
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    for (let serial = 0; serial < 1000; serial++) ring.send(SLOT, [content(serial)]);
    rig.pump();
    const whole = Math.floor(2048 / CONTENT_OCTETS) * CONTENT_OCTETS;
    expect(new Set(sink.offered.slice(0, -1))).toEqual(new Set([whole]));
    expect(readStream(sink.stream).serials.length).toBe(1000);
  });

  it('do not wait for more than there is', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    ring.send(SLOT, [content(0)]);
    rig.writer.pump(rig.nowMs);
    expect(sink.offered).toEqual([CONTENT_OCTETS]);
  });

  it('of very many feeds do not all wait at once', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sinks = Array.from({ length: 200 }, (_, slot) => rig.feed(slot));
    for (let slot = 0; slot < 200; slot++) {
      ring.send(slot, [content(0)]);
      ring.send(slot, [content(1)]);
    }
    rig.pump();
    for (const sink of sinks) expect(readStream(sink.stream).serials).toEqual([0, 1]);
  });
});

describe('a long record', () => {
  it('is written by itself, behind the small ones before it', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    const long = contents(1, 2000);
    ring.send(SLOT, [content(0)]);
    ring.send(SLOT, long);
    ring.send(SLOT, [content(2001)]);
    rig.pump();
    expect(sink.offered).toEqual([CONTENT_OCTETS, 2000 * CONTENT_OCTETS, CONTENT_OCTETS]);
    expect(readStream(sink.stream).serials).toEqual(Array.from({ length: 2002 }, (_, i) => i));
  });
});

describe.each([0, 2047])('a batch size of %i octets', (batchOctets) => {
  it('has every content written by itself', () => {
    const rig = new Rig({ batchOctets });
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    ring.send(SLOT, [content(0, 100), content(1, 200), content(2, 300)]);
    ring.send(SLOT, [content(3, 400)]);
    rig.pump();
    expect(sink.offered).toEqual([100, 200, 300, 400]);
  });

  it('goes on with the rest of a content after the socket was full', () => {
    const rig = new Rig({ batchOctets });
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 150;
    ring.send(SLOT, [content(0, 100), content(1, 200), content(2, 300)]);
    rig.pump();
    sink.room = Infinity;
    rig.pass(1);
    expect(sink.offered).toEqual([100, 200, 150, 300]);
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2]);
  });
});
