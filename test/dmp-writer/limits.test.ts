import { describe, expect, it } from 'vitest';
import type { FeedLimits } from '../../src/dmp-writer/feed-limits.ts';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import type { FakeSink } from './fake-sink.ts';
import { GENEROUS, Rig, type RingEnd } from './rig.ts';

const SLOT = 1;

/** A writer with one feed whose socket is full. */
function blockedFeed(limits: Partial<FeedLimits>): { rig: Rig; ring: RingEnd; sink: FakeSink } {
  const rig = new Rig();
  const ring = rig.ring();
  const sink = rig.feed(SLOT, { limits: { ...GENEROUS, ...limits } });
  sink.room = 0;
  return { rig, ring, sink };
}

function unblock(rig: Rig, sink: FakeSink): number[] {
  sink.room = Infinity;
  rig.pass(20);
  return readStream(sink.stream).serials;
}

describe('the drop limit of a feed', () => {
  it('keeps as many messages as it says and drops the newer ones', () => {
    const { rig, ring, sink } = blockedFeed({ dropMessages: 3 });
    for (let serial = 0; serial < 5; serial++) {
      ring.send(SLOT, [content(serial)]);
      rig.pump();
    }
    expect(rig.counters).toMatchObject({ contentsDropped: 2, octetsDropped: 2 * CONTENT_OCTETS });
    expect(unblock(rig, sink)).toEqual([0, 1, 2]);
  });

  it('keeps the first contents of a record that is partly beyond it', () => {
    const { rig, ring, sink } = blockedFeed({ dropMessages: 7 });
    ring.send(SLOT, contents(0, 5));
    rig.pump();
    ring.send(SLOT, contents(5, 5));
    rig.pump();
    expect(rig.counters.contentsDropped).toBe(3);
    expect(unblock(rig, sink)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('counts octets, too', () => {
    const { rig, ring, sink } = blockedFeed({ dropOctets: 3 * CONTENT_OCTETS + 1 });
    ring.send(SLOT, contents(0, 5));
    rig.pump();
    expect(rig.counters).toMatchObject({ contentsDropped: 2, octetsDropped: 2 * CONTENT_OCTETS });
    expect(unblock(rig, sink)).toEqual([0, 1, 2]);
  });

  it('lets new contents in as soon as older ones have left', () => {
    const { rig, ring, sink } = blockedFeed({ dropMessages: 2 });
    ring.send(SLOT, contents(0, 4));
    rig.pump();
    sink.room = CONTENT_OCTETS;
    rig.pass(20);
    ring.send(SLOT, contents(4, 4));
    rig.pump();
    expect(unblock(rig, sink)).toEqual([0, 1, 4]);
  });

  it('never drops the rest of a content that has begun to go', () => {
    const { rig, ring, sink } = blockedFeed({ dropOctets: 10, dropMessages: 1 });
    sink.room = 6000;
    ring.send(SLOT, [content(0, 5000), content(1, 5000), content(2, 5000)]);
    rig.pump();
    expect(rig.counters).toMatchObject({ contentsOut: 1, contentsDropped: 1 });
    expect(unblock(rig, sink)).toEqual([0, 1]);
  });

  it('drops nothing of what a socket with room can take at once', () => {
    const { rig, ring, sink } = blockedFeed({ dropMessages: 1, dropOctets: 10 });
    sink.room = Infinity;
    ring.send(SLOT, contents(0, 100));
    for (let serial = 100; serial < 120; serial++) ring.send(SLOT, [content(serial)]);
    rig.pump();
    expect(readStream(sink.stream).serials.length).toBe(120);
    expect(rig.counters.contentsDropped).toBe(0);
  });

  it('is reported at most once a second, the last droppings included', () => {
    const { rig, ring } = blockedFeed({ dropMessages: 1 });
    ring.send(SLOT, contents(0, 3));
    rig.pump();
    expect(rig.heard.dropping.map((report) => report.contentsDropped)).toEqual([2]);
    ring.send(SLOT, contents(3, 3));
    rig.pass(900);
    ring.send(SLOT, contents(6, 3));
    rig.pump();
    expect(rig.heard.dropping.length).toBe(1);
    rig.pass(1000);
    rig.pass(5000);
    expect(rig.heard.dropping.map((report) => report.contentsDropped)).toEqual([2, 8]);
  });
});

describe('the warn limit of a feed', () => {
  it('is reported once when messages reach it', () => {
    const { rig, ring } = blockedFeed({ warnMessages: 3 });
    ring.send(SLOT, contents(0, 2));
    rig.pump();
    expect(rig.heard.warned).toEqual([]);
    ring.send(SLOT, contents(2, 1));
    rig.pump();
    ring.send(SLOT, contents(3, 5));
    rig.pass(100);
    expect(rig.heard.warned.map((report) => report.backlogContents)).toEqual([3]);
  });

  it('is reported once when octets reach it', () => {
    const { rig, ring } = blockedFeed({ warnOctets: 3 * CONTENT_OCTETS });
    ring.send(SLOT, contents(0, 3));
    rig.pump();
    expect(rig.heard.warned.map((report) => report.backlogOctets)).toEqual([3 * CONTENT_OCTETS]);
  });

  it('is reported again only after the backlog has fallen below half of it', () => {
    const { rig, ring, sink } = blockedFeed({ warnMessages: 4 });
    const drainTo = (messages: number, backlog: number): void => {
      sink.room = (backlog - messages) * CONTENT_OCTETS;
      rig.pass(20);
    };
    ring.send(SLOT, contents(0, 4));
    rig.pump();
    drainTo(2, 4);
    ring.send(SLOT, contents(4, 4));
    rig.pump();
    expect(rig.heard.warned.length).toBe(1);
    drainTo(1, 6);
    ring.send(SLOT, contents(8, 3));
    rig.pump();
    expect(rig.heard.warned.length).toBe(2);
  });

  it('is not reported for what a socket with room takes', () => {
    const { rig, ring, sink } = blockedFeed({ warnMessages: 1, warnOctets: 1 });
    sink.room = Infinity;
    ring.send(SLOT, contents(0, 10));
    rig.pump();
    expect(rig.heard.warned).toEqual([]);
  });
});
