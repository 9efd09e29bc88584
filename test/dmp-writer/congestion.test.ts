import { describe, expect, it } from 'vitest';
import { content, contents, readStream } from './contents.ts';
import type { FakeSink } from './fake-sink.ts';
import { Rig } from './rig.ts';

const SLOT = 1;

function triesWithin(rig: Rig, sink: FakeSink, durationMs: number): number {
  const before = sink.offered.length;
  rig.pass(durationMs);
  return sink.offered.length - before;
}

describe('a socket that is full', () => {
  it('is tried again within a millisecond, then less and less often', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 1));
    rig.pump();
    expect(triesWithin(rig, sink, 1)).toBeGreaterThanOrEqual(2);
    expect(triesWithin(rig, sink, 1000)).toBeLessThan(100);
  });

  it('is tried at least 50 times a second however long it is full', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 1));
    rig.pass(60_000);
    expect(triesWithin(rig, sink, 1000)).toBeGreaterThanOrEqual(50);
  });

  it('is tried soon again after it has taken something', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 10));
    rig.pass(60_000);
    sink.room = 30;
    rig.nowMs += 20;
    rig.writer.pump(rig.nowMs);
    expect(triesWithin(rig, sink, 1)).toBeGreaterThanOrEqual(1);
  });

  it('is not tried for each content that comes', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    for (let serial = 0; serial < 100; serial++) {
      ring.send(SLOT, contents(serial * 200, 200));
      rig.pump();
    }
    expect(sink.offered.length).toBe(1);
  });

  it('counts as congested once', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 10));
    rig.pass(1000);
    expect(rig.counters.congestedEvents).toBe(1);
    sink.room = Infinity;
    rig.pass(20);
    sink.room = 0;
    ring.send(SLOT, contents(10, 10));
    rig.pass(1000);
    expect(rig.counters.congestedEvents).toBe(2);
  });
});

describe('a feed that is behind', () => {
  it('holds no ring memory: the ring takes many times its size', () => {
    const rig = new Rig({ ringOctets: 16 * 1024 });
    const ring = rig.ring();
    const blocked = rig.feed(SLOT);
    const healthy = rig.feed(2);
    blocked.room = 0;
    let sent = 0;
    for (let i = 0; i < 200; i++) {
      if (ring.send(SLOT, [content(i, 2000)]) && ring.send(2, [content(i, 2000)])) sent++;
      rig.pump();
    }
    expect(sent).toBe(200);
    expect(readStream(healthy.stream).serials.length).toBe(200);
    blocked.room = Infinity;
    rig.pass(20);
    expect(readStream(blocked.stream).serials.length).toBe(200);
  });

  it('costs the others at most 32 tries in one turn, and is not forgotten itself', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sinks = Array.from({ length: 100 }, (_, slot) => rig.feed(slot));
    sinks.forEach((sink, slot) => {
      sink.room = 0;
      ring.send(slot, contents(0, 1));
    });
    rig.pump();
    const triesOf = (): number => sinks.reduce((sum, sink) => sum + sink.offered.length, 0);
    const before = triesOf();
    rig.nowMs += 1;
    rig.writer.pump(rig.nowMs);
    expect(triesOf() - before).toBe(32);
    expect(rig.writer.dueMs).toBeLessThanOrEqual(rig.nowMs);
    for (const sink of sinks) sink.room = Infinity;
    rig.pass(20);
    for (const sink of sinks) expect(readStream(sink.stream).serials).toEqual([0]);
    expect(rig.writer.dueMs).toBeGreaterThan(rig.nowMs + 100);
  });

  it('lets the others have their turn while it catches up', () => {
    const rig = new Rig({ ringOctets: 1024 * 1024 });
    const ring = rig.ring();
    const behind = rig.feed(SLOT);
    behind.room = 0;
    for (let i = 0; i < 100; i++) {
      ring.send(SLOT, [content(i, 100_000)]);
      rig.pump();
    }
    behind.room = Infinity;
    rig.nowMs += 20;
    rig.writer.pump(rig.nowMs);
    expect(behind.stream.length).toBeLessThan(3_000_000);
    rig.pump();
    expect(readStream(behind.stream).serials.length).toBe(100);
  });
});
