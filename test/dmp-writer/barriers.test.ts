import { describe, expect, it } from 'vitest';
import { contents, readStream } from './contents.ts';
import type { FakeSink } from './fake-sink.ts';
import { Rig } from './rig.ts';

const SLOT = 1;
const OTHER_SLOT = 2;
const BARRIER = 7;

function serials(sink: FakeSink): number[] {
  return readStream(sink.stream).serials;
}

describe('a barrier from a shard', () => {
  it('holds that ring up until the older contents have come from main', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const shard = rig.ring(0);
    const sink = rig.feed(SLOT);
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(SLOT, contents(2, 1));
    rig.pump();
    main.send(SLOT, contents(0, 2));
    rig.pump();
    expect(serials(sink)).toEqual([0, 1]);
    main.sendBarrier(SLOT, BARRIER);
    rig.pump();
    expect(serials(sink)).toEqual([0, 1, 2]);
    expect(rig.heard.overdue).toEqual([]);
  });

  it("holds nothing up if main's has come before", () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const shard = rig.ring(0);
    const sink = rig.feed(SLOT);
    main.sendBarrier(SLOT, BARRIER);
    rig.pump();
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(SLOT, contents(0, 1));
    rig.pump();
    expect(serials(sink)).toEqual([0]);
  });

  it('waits for its own twin, not for that of another shard or feed', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const shards = [rig.ring(0), rig.ring(1)];
    const sink = rig.feed(SLOT);
    rig.feed(OTHER_SLOT);
    shards.forEach((shard, i) => {
      shard.sendBarrier(SLOT, BARRIER + i);
      shard.send(SLOT, contents(i, 1));
    });
    main.sendBarrier(OTHER_SLOT, BARRIER);
    main.sendBarrier(SLOT, BARRIER + 1);
    rig.pump();
    expect(serials(sink)).toEqual([1]);
  });

  it('lets other rings go on', () => {
    const rig = new Rig();
    const stalled = rig.ring(0);
    const healthy = rig.ring(1);
    const sink = rig.feed(SLOT);
    stalled.sendBarrier(SLOT, BARRIER);
    stalled.send(SLOT, contents(9, 1));
    healthy.send(SLOT, contents(0, 3));
    rig.pump();
    expect(serials(sink)).toEqual([0, 1, 2]);
  });

  it('is no reason to stay awake, but one to wake up in time', () => {
    const rig = new Rig();
    const shard = rig.ring(0);
    rig.feed(SLOT);
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(SLOT, contents(0, 1));
    rig.pump();
    expect(rig.writer.hasPublished()).toBe(false);
    expect(rig.writer.dueMs).toBeLessThanOrEqual(rig.nowMs + 1000);
  });

  it('gives up after a second, says so, and takes no offence at a twin that is late', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const shard = rig.ring(0);
    const sink = rig.feed(SLOT);
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(SLOT, contents(0, 1));
    rig.pump();
    rig.pass(999);
    expect(serials(sink)).toEqual([]);
    rig.pass(1);
    expect(serials(sink)).toEqual([0]);
    expect(rig.heard.overdue).toEqual([SLOT]);
    main.sendBarrier(SLOT, BARRIER);
    rig.pump();
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(SLOT, contents(1, 1));
    rig.pump();
    expect(serials(sink)).toEqual([0]);
  });

  it('means nothing when its feed has ended', () => {
    const rig = new Rig();
    const shard = rig.ring(0);
    const other = rig.feed(OTHER_SLOT);
    rig.feed(SLOT);
    shard.sendBarrier(SLOT, BARRIER);
    shard.send(OTHER_SLOT, contents(0, 1));
    rig.pump();
    expect(serials(other)).toEqual([]);
    rig.writer.removeFeed(SLOT);
    shard.sendBarrier(SLOT, BARRIER + 1);
    shard.send(OTHER_SLOT, contents(1, 1));
    rig.pump();
    expect(serials(other)).toEqual([0, 1]);
  });
});

describe('a fence from a shard', () => {
  it('is reported when all that the shard had sent before has been read', () => {
    const rig = new Rig();
    const shard = rig.ring(0);
    const sink = rig.feed(SLOT);
    shard.send(SLOT, contents(0, 2));
    shard.sendFence(SLOT, BARRIER);
    expect(rig.heard.fences).toEqual([]);
    rig.pump();
    expect(serials(sink)).toEqual([0, 1]);
    expect(rig.heard.fences).toEqual([{ slot: SLOT, fence: BARRIER }]);
  });

  it('waits behind a barrier that holds its ring up', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const shard = rig.ring(0);
    rig.feed(SLOT);
    shard.sendBarrier(SLOT, BARRIER);
    shard.sendFence(SLOT, BARRIER + 1);
    rig.pump();
    expect(rig.heard.fences).toEqual([]);
    main.sendBarrier(SLOT, BARRIER);
    rig.pump();
    expect(rig.heard.fences).toEqual([{ slot: SLOT, fence: BARRIER + 1 }]);
  });
});
