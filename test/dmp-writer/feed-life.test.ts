import { describe, expect, it } from 'vitest';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import { GENEROUS, HEARTBEAT_MS, Rig } from './rig.ts';

const SLOT = 1;

describe('contents for a slot that the writer does not know', () => {
  it('are dropped and counted', () => {
    const rig = new Rig();
    const ring = rig.ring();
    ring.send(SLOT, contents(0, 3));
    rig.pump();
    expect(rig.counters).toMatchObject({
      contentsDropped: 3,
      octetsDropped: 3 * CONTENT_OCTETS,
      contentsOut: 0,
    });
  });

  it('are delivered if the feed is only just being added', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const streams: (() => Buffer)[] = [];
    rig.catchUp = () => {
      const sink = rig.feed(SLOT);
      streams.push(() => sink.stream);
    };
    ring.send(SLOT, contents(0, 1));
    ring.send(SLOT, contents(1, 1));
    rig.pump();
    expect(streams.map((stream) => readStream(stream()).serials)).toEqual([[0, 1]]);
  });
});

describe('a feed that is removed', () => {
  it('gets what its socket takes at once; the rest is dropped and counted', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 5));
    rig.pump();
    sink.room = 2 * CONTENT_OCTETS + 1;
    expect(rig.writer.removeFeed(SLOT)).toEqual({
      slot: SLOT,
      contentsOut: 2,
      octetsOut: 2 * CONTENT_OCTETS + 1,
      contentsDropped: 3,
      octetsDropped: 3 * CONTENT_OCTETS - 1,
      backlogContents: 0,
      backlogOctets: 0,
    });
  });

  it('is written out completely, however much it is, if its socket has room', () => {
    const rig = new Rig({ ringOctets: 1024 * 1024 });
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    for (let serial = 0; serial < 100; serial++) {
      ring.send(SLOT, [content(serial, 100_000)]);
      rig.pump();
    }
    sink.room = Infinity;
    expect(rig.writer.removeFeed(SLOT)).toMatchObject({ contentsOut: 100, contentsDropped: 0 });
  });

  it('is never written to again', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    ring.send(SLOT, contents(0, 5));
    rig.pump();
    rig.writer.removeFeed(SLOT);
    const calls = sink.offered.length;
    ring.send(SLOT, contents(5, 5));
    rig.pass(3 * HEARTBEAT_MS);
    expect(sink.offered.length).toBe(calls);
    expect(rig.counters.contentsDropped).toBe(10);
  });

  it('may be removed by whoever hears that it is behind', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT, { limits: { ...GENEROUS, warnMessages: 1 } });
    sink.room = 0;
    rig.heard.onFeedWarn = ({ slot }) => rig.writer.removeFeed(slot);
    ring.send(SLOT, contents(0, 1));
    ring.send(SLOT, contents(1, 1));
    rig.pass(1000);
    expect(rig.heard.gone).toEqual([]);
    expect(rig.counters).toMatchObject({ contentsOut: 0, contentsDropped: 2 });
  });

  it('is none if there was none', () => {
    expect(new Rig().writer.removeFeed(SLOT)).toBe(null);
  });
});

describe('a feed whose socket fails', () => {
  it('is said to be gone once, with the reason, and never written to again', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    sink.breakPipe();
    ring.send(SLOT, contents(0, 5));
    rig.pump();
    sink.failure = null;
    ring.send(SLOT, contents(5, 5));
    rig.pass(3 * HEARTBEAT_MS);
    expect(rig.heard.gone).toMatchObject([{ reason: 'EPIPE', report: { contentsDropped: 5 } }]);
    expect(sink.stream.length).toBe(0);
    expect(rig.counters).toMatchObject({ contentsDropped: 10, feedFailures: 1 });
    expect(rig.writer.removeFeed(SLOT)).toBe(null);
  });

  it('is noticed by a heartbeat if there is nothing else to write', () => {
    const rig = new Rig();
    rig.feed(SLOT).breakPipe();
    rig.pass(2 * HEARTBEAT_MS);
    expect(rig.heard.gone.length).toBe(1);
  });

  it('costs other feeds nothing', () => {
    const rig = new Rig();
    const ring = rig.ring();
    rig.feed(SLOT).breakPipe();
    const healthy = rig.feed(2);
    for (let serial = 0; serial < 3; serial++) {
      ring.send(SLOT, contents(serial, 1));
      ring.send(2, contents(serial, 1));
    }
    rig.pump();
    expect(readStream(healthy.stream).serials).toEqual([0, 1, 2]);
  });

  it('gives its message as the reason if the error has no code', () => {
    const rig = new Rig();
    const sink = rig.feed(SLOT);
    sink.failure = new Error('out of order');
    rig.pass(2 * HEARTBEAT_MS);
    expect(rig.heard.gone[0].reason).toBe('out of order');
  });
});

describe('a slot', () => {
  it('cannot be taken twice', () => {
    const rig = new Rig();
    rig.feed(SLOT);
    expect(() => rig.feed(SLOT)).toThrow('Feed slot 1 is taken');
  });
});
