import { describe, expect, it } from 'vitest';
import { content, contents, readStream } from './contents.ts';
import { GENEROUS, Rig } from './rig.ts';

const SLOT = 1;
const LARGE_OCTETS = 300_000;

describe('a content that is too long for a record', () => {
  it('keeps its place among the others', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    ring.send(SLOT, contents(0, 2));
    ring.sendLarge(SLOT, 5, content(2, LARGE_OCTETS));
    ring.send(SLOT, contents(3, 2));
    ring.sendLarge(SLOT, 6, content(5, LARGE_OCTETS));
    rig.pump();
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rig.counters).toMatchObject({ contentsOut: 6 });
  });

  it('keeps its place in a backlog, too', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 10;
    ring.send(SLOT, contents(0, 2));
    ring.sendLarge(SLOT, 5, content(2, LARGE_OCTETS));
    ring.sendLarge(SLOT, 6, content(3, LARGE_OCTETS));
    ring.send(SLOT, contents(4, 2));
    rig.pump();
    for (let step = 0; step < 10; step++) {
      sink.room = LARGE_OCTETS / 3;
      rig.pass(20);
    }
    expect(readStream(sink.stream)).toEqual({
      serials: [0, 1, 2, 3, 4, 5],
      heartbeats: 0,
      restOctets: 0,
    });
  });

  it('is kept whole or dropped whole', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT, { limits: { ...GENEROUS, dropOctets: LARGE_OCTETS } });
    sink.room = 0;
    ring.sendLarge(SLOT, 5, content(0, LARGE_OCTETS));
    ring.sendLarge(SLOT, 6, content(1, LARGE_OCTETS));
    rig.pump();
    expect(rig.counters).toMatchObject({ contentsDropped: 1, octetsDropped: LARGE_OCTETS });
    sink.room = Infinity;
    rig.pass(20);
    expect(readStream(sink.stream).serials).toEqual([0]);
  });

  it('is dropped, and its memory with it, if there is no such feed', () => {
    const rig = new Rig();
    const ring = rig.ring();
    ring.sendLarge(SLOT, 5, content(0, LARGE_OCTETS));
    rig.pump();
    expect(rig.counters).toMatchObject({ contentsDropped: 1, octetsDropped: LARGE_OCTETS });
    expect(() => ring.takeLarge(5)).toThrow('never posted');
  });

  it('never has its memory filled with something else', () => {
    // As many octets as the writer's own pieces of memory have.
    const octets = 64 * 1024;
    const shared = content(0, octets);
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.sendLarge(SLOT, 5, shared);
    rig.pump();
    sink.room = Infinity;
    rig.pass(20);
    sink.room = 0;
    ring.send(SLOT, contents(1, 100));
    rig.pump();
    expect(shared.equals(content(0, octets))).toBe(true);
  });
});
