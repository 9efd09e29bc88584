import { describe, expect, it } from 'vitest';
import { content, contents, readStream } from './contents.ts';
import { Rig } from './rig.ts';

const SLOT = 1;

describe('the rings of a writer', () => {
  it('all have their turn however much is in one of them', () => {
    const rig = new Rig({ ringOctets: 4 * 1024 * 1024 });
    const busy = rig.ring(0);
    const quiet = rig.ring(1);
    const busySink = rig.feed(1);
    const quietSink = rig.feed(2);
    let sent = 0;
    while (busy.send(1, [content(sent, 50_000)])) sent++;
    quiet.send(2, contents(0, 1));
    rig.writer.pump(rig.nowMs);
    expect(readStream(quietSink.stream).serials).toEqual([0]);
    expect(busySink.stream.length).toBeLessThan(500_000);
    rig.pump();
    expect(readStream(busySink.stream).serials.length).toBe(sent);
  });

  it('tell a producer that waited when there is space', () => {
    const rig = new Rig({ ringOctets: 16 * 1024 });
    const ring = rig.ring();
    rig.feed(SLOT);
    while (ring.send(SLOT, [content(0, 2000)]));
    expect(ring.producer.wantSpace()).toBe(true);
    rig.pump();
    expect(ring.grants).toBe(1);
    expect(ring.send(SLOT, [content(0, 2000)])).toBe(true);
  });

  it('say that they have something until it is read', () => {
    const rig = new Rig();
    const ring = rig.ring();
    rig.pump();
    expect(rig.writer.hasPublished()).toBe(false);
    ring.send(SLOT, contents(0, 1));
    expect(rig.writer.hasPublished()).toBe(true);
    rig.pump();
    expect(rig.writer.hasPublished()).toBe(false);
  });

  it('are emptied, barriers or not, before one from the same producer takes their place', () => {
    const rig = new Rig();
    const old = rig.ring(3);
    const sink = rig.feed(SLOT);
    old.send(SLOT, contents(0, 1));
    old.sendBarrier(SLOT, 1);
    old.send(SLOT, contents(1, 1));
    rig.pump();
    const fresh = rig.ring(3);
    fresh.send(SLOT, contents(2, 1));
    rig.pump();
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2]);
    old.send(SLOT, contents(3, 1));
    rig.pump();
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2]);
  });

  it('must not hold what a writer has no use for', () => {
    const rig = new Rig();
    const ring = rig.ring();
    ring.append(200, SLOT, 1, Buffer.alloc(4));
    expect(() => rig.pump()).toThrow('no use for a record of type 200');
  });

  it('are emptied when the writer is to finish', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    const blocked = rig.feed(2);
    blocked.room = 0;
    ring.send(SLOT, contents(0, 3));
    ring.send(2, contents(0, 3));
    expect(rig.writer.finish()).toMatchObject([
      { slot: SLOT, contentsOut: 3, contentsDropped: 0 },
      { slot: 2, contentsOut: 0, contentsDropped: 3, backlogContents: 0 },
    ]);
    expect(readStream(sink.stream).serials).toEqual([0, 1, 2]);
  });
});
