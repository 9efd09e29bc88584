import { describe, expect, it } from 'vitest';
import { content, contents, MANDATORY, texts } from '../shards/contents.ts';
import { barrierMark, fenceMark, ShardRig, VHOST } from '../shards/shard-rig.ts';
import { binding, exchange, oneExchange, queueAtFeed, queueAtMain } from '../shards/topology.ts';

const RING_OCTETS = 1024;

describe('a full ring', () => {
  it('stops the sinks that need it until there is space; nothing is lost or doubled', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 1), queueAtMain(3)));
    const sink = rig.attachSink('x');
    const sent = contents(500);
    sink.sendInPieces(Buffer.concat(sent), 333);
    expect(sink.paused).toBe(true);
    expect(sink.unreadOctets).toBeGreaterThan(0);
    rig.drain();
    expect(sink.paused).toBe(false);
    for (const where of ['feed 7', 'feed 8', 'queue 3']) {
      expect(rig.textsAt(where), where).toEqual(texts(sent));
    }
    expect(rig.counter('ringFullEvents')).toBeGreaterThan(0);
    expect(rig.counter('contentsIn')).toBe(sent.length);
  });

  it('does not hold up sinks that do not need it', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot({
      exchanges: [exchange('x', 'direct'), exchange('y', 'direct')],
      queues: [queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 1)],
      bindings: [binding('x', 1, 'k'), binding('y', 2, 'k')],
    });
    const [stuck, free] = [rig.attachSink('x', 1), rig.attachSink('y', 2)];
    stuck.send(Buffer.concat(contents(500)));
    expect(stuck.paused).toBe(true);
    const sent = contents(300, { exchange: 'y' });
    for (const one of sent) {
      free.send(one);
      rig.drainWriter(1);
    }
    expect(free.paused).toBe(false);
    expect(rig.textsAt('feed 8')).toEqual(texts(sent));
    expect(rig.textsAt('feed 7')).toEqual([]);
  });

  it('stops a sink only when it comes to a content for it', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot({
      exchanges: [exchange('x', 'direct')],
      queues: [queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 1)],
      bindings: [binding('x', 1, 'a'), binding('x', 2, 'b')],
    });
    rig.attachSink('x', 1).send(Buffer.concat(contents(500, { key: 'a' })));
    const sink = rig.attachSink('x', 2);
    sink.send(content({ key: 'b', body: '1' }));
    expect(sink.paused).toBe(false);
    sink.send(Buffer.concat([content({ key: 'b', body: '2' }), content({ key: 'a', body: '3' })]));
    expect(sink.paused).toBe(true);
    rig.drainWriter(1);
    expect(rig.textsAt('feed 8')).toEqual(
      texts([content({ key: 'b', body: '1' }), content({ key: 'b', body: '2' })]),
    );
    rig.drain();
    expect(sink.paused).toBe(false);
  });

  it('is shared in turn by all sinks that wait for it', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const sinks = [1, 2, 3].map((number) => rig.attachSink('x', number));
    sinks.forEach((sink, i) => {
      sink.send(Buffer.concat(contents(200, {}, `s${i}-`)));
    });
    expect(sinks.every((sink) => sink.paused)).toBe(true);
    rig.drain();
    for (let i = 0; i < sinks.length; i++) {
      const own = rig.textsAt('feed 7').filter((text) => text.includes(`s${i}-`));
      expect(own).toEqual(texts(contents(200, {}, `s${i}-`)));
    }
  });

  it('keeps contents that were cut at the end of a read', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS, maxContentOctets: 100_000 });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const sent = [...contents(60), content({ body: Buffer.alloc(50_000, 'l') }), ...contents(60)];
    const octets = Buffer.concat(sent);
    for (const cut of [1000, 1001, 1002, 1003, 1400, 1420, 20_000, 51_500]) {
      const sink = rig.attachSink('x');
      rig.delivered.clear();
      sink.send(octets.subarray(0, cut));
      sink.send(octets.subarray(cut));
      rig.drain();
      expect(rig.textsAt('feed 7'), `cut at ${cut}`).toEqual(texts(sent));
    }
  });

  it('does not hide an error behind what it has stopped', () => {
    for (let count = 1; count < 100; count++) {
      const rig = new ShardRig({ ringOctets: RING_OCTETS });
      rig.applySnapshot(oneExchange(queueAtFeed(1, 7), queueAtFeed(2, 8)));
      const sink = rig.attachSink('x');
      const sent = contents(count);
      sink.send(Buffer.concat([...sent, content({ exchange: 'other' }), content()]));
      rig.drain();
      expect(sink.failedWith).not.toBeNull();
      expect(rig.textsAt('feed 7')).toEqual(texts(sent));
      expect(rig.textsAt('feed 8')).toEqual(texts(sent));
      expect(rig.counter('protocolErrors')).toBe(1);
    }
  });

  it('loses what a sink has waiting when its connection is closed, and nothing else', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const [gone, other] = [rig.attachSink('x', 1), rig.attachSink('x', 2)];
    gone.send(Buffer.concat(contents(200, {}, 'gone')));
    other.send(Buffer.concat(contents(200, {}, 'other')));
    gone.reader?.close();
    rig.drain();
    const others = rig.textsAt('feed 7').filter((text) => text.includes('other'));
    expect(others).toEqual(texts(contents(200, {}, 'other')));
  });

  it('returns unroutable contents when there is space again', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange());
    const sent = contents(300, { options: MANDATORY });
    rig.attachSink('x', 5).send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('unrouted 5')).toEqual(texts(contents(300)));
  });

  it('fills again with contents that got a name, and loses none', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7), queueAtMain(2)));
    const exchanges = Array.from({ length: 400 }, (_, i) => (i % 7 < 4 ? '' : 'x'));
    const sent = exchanges.map((name, i) => content({ exchange: name, body: `${i}` }));
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    const expected = texts(exchanges.map((_, i) => content({ body: `${i}` })));
    expect(rig.textsAt('feed 7')).toEqual(expected);
    expect(rig.textsAt('queue 2')).toEqual(expected);
  });
});

describe('a change while a sink waits', () => {
  const sent = contents(200);

  function waitingRig(): ShardRig {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtMain(1), queueAtFeed(2, 8, 1)));
    rig.attachSink('x').send(Buffer.concat(sent));
    return rig;
  }

  it('of a queue to its feed sends the feed what had to wait, behind the barrier', () => {
    const rig = waitingRig();
    const queue = queueAtFeed(1, 7, 0);
    rig.core.applyChanges(VHOST, [{ kind: 'switchQueue', queue, number: 77 }]);
    rig.core.publish();
    rig.drain();
    const mark = barrierMark(77).toString();
    const toMain = rig.textsAt('queue 1');
    const toFeed = rig.textsAt('feed 7');
    expect(toMain.at(-1)).toBe(mark);
    expect(toFeed[0]).toBe(mark);
    expect([...toMain.slice(0, -1), ...toFeed.slice(1)]).toEqual(texts(sent));
    expect(rig.textsAt('feed 8')).toEqual(texts(sent));
  });

  it('of a feed back to its queue puts a fence behind what the feed gets', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 1)));
    rig.attachSink('x').send(Buffer.concat(sent));
    const queue = queueAtMain(1);
    rig.core.applyChanges(VHOST, [{ kind: 'switchQueue', queue, number: 78 }]);
    rig.core.publish();
    rig.drain();
    const toFeed = rig.textsAt('feed 7');
    expect(toFeed.at(-1)).toBe(fenceMark(78).toString());
    expect([...toFeed.slice(0, -1), ...rig.textsAt('queue 1')]).toEqual(texts(sent));
    expect(rig.textsAt('feed 8')).toEqual(texts(sent));
  });

  it('of whom a consumer refuses moves nothing', () => {
    const rig = waitingRig();
    const queue = queueAtFeed(2, 8, 1, 999);
    rig.core.applyChanges(VHOST, [{ kind: 'switchQueue', queue, number: 79 }]);
    rig.drain();
    expect(rig.textsAt('queue 1')).toEqual(texts(sent));
    expect(rig.textsAt('feed 8')).toEqual(texts(sent));
  });

  it('of bindings changes nothing for the run that was routed', () => {
    const rig = waitingRig();
    rig.core.applyChanges(VHOST, [{ kind: 'unbound', binding: binding('x', 2, 'k') }]);
    rig.drain();
    expect(rig.textsAt('queue 1')).toEqual(texts(sent));
    const toFeed = rig.textsAt('feed 8');
    expect(toFeed.length).toBeGreaterThan(0);
    expect(toFeed).toEqual(texts(sent).slice(0, toFeed.length));
  });

  it('that takes the writer away lets it go on', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7, 0), queueAtMain(2)));
    const sink = rig.attachSink('x');
    sink.send(Buffer.concat(sent));
    rig.drainMain();
    expect(sink.paused).toBe(true);
    rig.core.detachWriter(0);
    rig.drain();
    expect(sink.paused).toBe(false);
    expect(rig.textsAt('queue 2')).toEqual(texts(sent));
  });
});

describe('contents larger than a record', () => {
  it('go through memory of their own, in their place among the others', () => {
    const rig = new ShardRig({ ringOctets: RING_OCTETS, maxContentOctets: 100_000 });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 1), queueAtMain(3)));
    const bodies = [1, 5000, 3, 300, 90_000, 0, 209, 150, 151, 152, 153];
    const sent = bodies.map((octets, i) => content({ body: Buffer.alloc(octets, `${i}`) }));
    for (const pieceOctets of [100, 1024, 200_000]) {
      rig.delivered.clear();
      rig.attachSink('x').sendInPieces(Buffer.concat(sent), pieceOctets);
      rig.drain();
      for (const where of ['feed 7', 'feed 8', 'queue 3']) {
        expect(rig.textsAt(where), where).toEqual(texts(sent));
      }
    }
  });

  it('work in the smallest ring', () => {
    const rig = new ShardRig({ ringOctets: 256 });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7), queueAtMain(2)));
    const sent = contents(100);
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
    expect(rig.textsAt('queue 2')).toEqual(texts(sent));
  });
});
