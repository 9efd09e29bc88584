import { describe, expect, it } from 'vitest';
import { DMP_HEARTBEAT } from '../../src/wire/dmp-content.ts';
import { content, contents, readStream, shortContent } from './contents.ts';
import { GENEROUS, HEARTBEAT_MS, Rig } from './rig.ts';

const SLOT = 1;

describe('a heartbeat', () => {
  it('is written after the feed was idle for the interval, or little more', () => {
    const rig = new Rig();
    const sink = rig.feed(SLOT);
    rig.pass(HEARTBEAT_MS - 1);
    expect(sink.stream.length).toBe(0);
    rig.pass(1 + HEARTBEAT_MS / 8);
    expect(sink.stream.equals(DMP_HEARTBEAT)).toBe(true);
    rig.pass(3 * HEARTBEAT_MS);
    expect(readStream(sink.stream).heartbeats).toBeGreaterThanOrEqual(3);
  });

  it('is not written while contents are', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT);
    for (let serial = 0; serial < 20; serial++) {
      rig.pass(HEARTBEAT_MS / 2);
      ring.send(SLOT, [content(serial)]);
      rig.pump();
    }
    expect(readStream(sink.stream)).toMatchObject({ heartbeats: 0, restOctets: 0 });
  });

  it('counts as octets, not as a content', () => {
    const rig = new Rig();
    rig.feed(SLOT);
    rig.pass(HEARTBEAT_MS * 1.2);
    expect(rig.counters).toMatchObject({ contentsOut: 0, octetsOut: DMP_HEARTBEAT.length });
  });

  it('is completed before anything else if the socket takes a part of it', () => {
    for (let room = 0; room < DMP_HEARTBEAT.length; room++) {
      const rig = new Rig();
      const ring = rig.ring();
      const sink = rig.feed(SLOT);
      sink.room = room;
      rig.pass(HEARTBEAT_MS * 1.2);
      ring.send(SLOT, contents(0, 3));
      rig.pump();
      sink.room = Infinity;
      rig.pass(20);
      expect(readStream(sink.stream)).toEqual({
        serials: [0, 1, 2],
        heartbeats: 1,
        restOctets: 0,
      });
      expect(rig.counters.contentsOut).toBe(3);
    }
  });

  it('does not pile up for a client that has stopped reading', () => {
    const rig = new Rig();
    const sink = rig.feed(SLOT);
    sink.room = 0;
    rig.pass(10 * HEARTBEAT_MS);
    expect(rig.writer.removeFeed(SLOT)).toMatchObject({ octetsDropped: DMP_HEARTBEAT.length });
  });
});

describe('a feed whose client needs twelve octets behind a size', () => {
  it('gets a heartbeat behind each short content, and no other', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT, { padShort: true });
    ring.send(SLOT, [shortContent(0), content(1), shortContent(3), shortContent(1)]);
    ring.send(SLOT, contents(2, 2));
    rig.pump();
    const expected = [
      shortContent(0),
      DMP_HEARTBEAT,
      content(1),
      shortContent(3),
      DMP_HEARTBEAT,
      shortContent(1),
      DMP_HEARTBEAT,
      content(2),
      content(3),
    ];
    expect(sink.stream.equals(Buffer.concat(expected))).toBe(true);
    expect(rig.counters.contentsOut).toBe(6);
  });

  it('gets them whatever the octet at which its socket gets full', () => {
    const sent = [shortContent(0), shortContent(2), content(1)];
    const total = Buffer.concat(sent).length + 2 * DMP_HEARTBEAT.length;
    for (let room = 0; room < total; room++) {
      const rig = new Rig();
      const ring = rig.ring();
      const sink = rig.feed(SLOT, { padShort: true });
      sink.room = room;
      ring.send(SLOT, sent);
      rig.pump();
      sink.room = Infinity;
      rig.pass(20);
      expect(readStream(sink.stream)).toEqual({
        serials: [-1, -1, 1],
        heartbeats: 2,
        restOctets: 0,
      });
      expect(rig.counters.contentsOut).toBe(3);
    }
  });

  it('gets none behind a content that is dropped', () => {
    const rig = new Rig();
    const ring = rig.ring();
    const sink = rig.feed(SLOT, { padShort: true, limits: { ...GENEROUS, dropMessages: 2 } });
    sink.room = 0;
    ring.send(SLOT, [content(0)]);
    rig.pump();
    ring.send(SLOT, [shortContent(0), shortContent(0), content(9)]);
    rig.pump();
    sink.room = Infinity;
    rig.pass(20);
    expect(readStream(sink.stream)).toEqual({ serials: [0, -1], heartbeats: 1, restOctets: 0 });
    expect(rig.counters.contentsDropped).toBe(2);
  });
});
