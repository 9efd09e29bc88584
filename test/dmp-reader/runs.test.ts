import { describe, expect, it } from 'vitest';
import { content, contents, HEARTBEAT, texts } from '../shards/contents.ts';
import { ShardRig } from '../shards/shard-rig.ts';
import { binding, exchange, oneExchange, queueAtFeed, queueAtMain } from '../shards/topology.ts';

describe('runs of contents', () => {
  it('bring consecutive contents with the same destination as one record', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const sent = contents(100);
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
    expect(rig.recordCounts).toEqual([100]);
  });

  it('hold contents of different sizes, keys and properties if they go the same way', () => {
    const rig = new ShardRig();
    rig.applySnapshot({
      exchanges: [exchange('x', 'fanout')],
      queues: [queueAtFeed(1, 7)],
      bindings: [binding('x', 1)],
    });
    const sent = [
      content({ body: 'short' }),
      content({ body: 'somewhat longer' }),
      content({ key: 'other', body: 'short' }),
      content({ key: 'other', body: 'short', properties: { messageId: 'a' } }),
      content({ key: 'other', body: 'short', headers: { a: 1 } }),
    ];
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
    expect(rig.recordCounts).toEqual([5]);
  });

  it('end where the destination changes', () => {
    const rig = new ShardRig();
    rig.applySnapshot({
      exchanges: [exchange('x', 'direct')],
      queues: [queueAtFeed(1, 7), queueAtFeed(2, 8)],
      bindings: [binding('x', 1, 'a'), binding('x', 2, 'b'), binding('x', 1, 'both')],
    });
    const keys = ['a', 'a', 'b', 'b', 'b', 'a'];
    rig.attachSink('x').send(Buffer.concat(keys.map((key, i) => content({ key, body: `${i}` }))));
    rig.drain();
    expect(rig.textsAt('feed 7').map((text) => text.at(-1))).toEqual(['0', '1', '5']);
    expect(rig.textsAt('feed 8').map((text) => text.at(-1))).toEqual(['2', '3', '4']);
    expect(rig.recordCounts).toEqual([2, 3, 1]);
  });

  it('leave heartbeats out', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const [a, b] = contents(2);
    rig.attachSink('x').send(Buffer.concat([HEARTBEAT, a, HEARTBEAT, HEARTBEAT, b, HEARTBEAT]));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts([a, b]));
  });

  it('are copied to each feed and queue that they are for', () => {
    const rig = new ShardRig();
    const queues = [queueAtFeed(1, 7, 0), queueAtFeed(2, 8, 0), queueAtFeed(3, 9, 1)];
    rig.applySnapshot(oneExchange(...queues, queueAtMain(4), queueAtMain(5)));
    const sent = contents(10);
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    for (const where of ['feed 7', 'feed 8', 'feed 9', 'queue 4', 'queue 5']) {
      expect(rig.textsAt(where), where).toEqual(texts(sent));
    }
  });

  it('never get longer than a record', () => {
    const rig = new ShardRig({ ringOctets: 1024 });
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const sent = contents(200);
    rig.attachSink('x').send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
  });

  it('are never mistaken: contents that differ in one octet of the envelope are told apart', () => {
    const rig = new ShardRig();
    const key = 'abcdefghijklm';
    rig.applySnapshot({
      exchanges: [exchange('x', 'direct')],
      queues: [queueAtFeed(1, 7)],
      bindings: [binding('x', 1, key)],
    });
    const sink = rig.attachSink('x');
    for (let i = 0; i < key.length; i++) {
      const other = `${key.slice(0, i)}!${key.slice(i + 1)}`;
      sink.send(Buffer.concat([content({ key }), content({ key: other }), content({ key })]));
    }
    rig.drain();
    expect(rig.delivered.get('feed 7')).toHaveLength(2 * key.length);
    expect(rig.counter('contentsUnroutable')).toBe(key.length);
  });

  it('depend on the headers of each content where exchanges do', () => {
    const rig = new ShardRig();
    rig.applySnapshot({
      exchanges: [exchange('x', 'headers')],
      queues: [queueAtFeed(1, 7), queueAtFeed(2, 8)],
      bindings: [binding('x', 1, '', { a: 1 }), binding('x', 2, '', { a: 2 })],
    });
    const sent = [1, 1, 2, 3, 1].map((a, i) => content({ headers: { a }, body: `${i}` }));
    const bare = content({ body: '5' });
    rig.attachSink('x').send(Buffer.concat([...sent, bare, ...sent]));
    rig.drain();
    expect(rig.textsAt('feed 7').map((text) => text.at(-1))).toEqual([...'014014']);
    expect(rig.textsAt('feed 8').map((text) => text.at(-1))).toEqual([...'22']);
  });
});

describe('counters', () => {
  it('say what came in and whether there was a queue for it', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7), queueAtMain(2)));
    const sent = Buffer.concat([...contents(3), content({ key: 'nobody' }), HEARTBEAT]);
    rig.attachSink('x').send(sent);
    expect(rig.counter('contentsIn')).toBe(4);
    expect(rig.counter('octetsIn')).toBe(sent.length);
    expect(rig.counter('contentsRouted')).toBe(3);
    expect(rig.counter('contentsUnroutable')).toBe(1);
  });
});
