import { describe, expect, it } from 'vitest';
import { content, contents, IMMEDIATE, MANDATORY, texts } from '../shards/contents.ts';
import { ShardRig } from '../shards/shard-rig.ts';
import { oneExchange, queueAtFeed, queueAtMain } from '../shards/topology.ts';

const SINK = 42;

describe('the options of contents', () => {
  it('are zero in what is delivered, and each content has its own', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7), queueAtMain(2)));
    const options = [0, MANDATORY, 0, IMMEDIATE, 0xfc, MANDATORY | IMMEDIATE];
    const sent = options.map((octet, i) => content({ options: octet, body: `${i}` }));
    rig.attachSink('x', SINK).send(Buffer.concat(sent));
    rig.drain();
    const expected = options.map((_, i) => content({ body: `${i}` }));
    expect(rig.textsAt('feed 7')).toEqual(texts(expected));
    const [a, b, c, d, e, f] = texts(expected);
    expect(rig.textsAt('queue 2')).toEqual([a, b, c, e]);
    expect(rig.textsAt('immediate 2 or -1')).toEqual([d, f]);
  });

  it('bring contents back for which there is no queue', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
    const options = [MANDATORY, 0, IMMEDIATE, MANDATORY | IMMEDIATE, MANDATORY];
    const sent = options.map((octet, i) => content({ key: 'no', options: octet, body: `${i}` }));
    rig.attachSink('x', SINK).send(Buffer.concat(sent));
    rig.drain();
    const bodies = rig.textsAt(`unrouted ${SINK}`).map((text) => text.at(-1));
    expect(bodies).toEqual(['0', '2', '3', '4']);
    expect(rig.counter('contentsUnroutable')).toBe(5);
  });

  it('let main decide on contents that only may go where they can be delivered at once', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtMain(2), queueAtMain(3)));
    rig.attachSink('x', SINK).send(content({ options: IMMEDIATE }));
    rig.drain();
    expect(rig.textsAt(`immediate 2,3 or ${SINK}`)).toEqual(texts([content()]));
    expect(rig.textsAt('queue 2')).toEqual([]);
  });

  it('bring an immediate content back whose only queue refuses its publisher', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtFeed(1, 7, 0, 100)));
    rig.attachSink('x', SINK, 100).send(content({ options: IMMEDIATE }));
    rig.drain();
    expect(rig.textsAt(`immediate  or ${SINK}`)).toEqual(texts([content()]));
  });

  it('work for contents without an exchange name and for large ones', () => {
    const rig = new ShardRig({ ringOctets: 1024 });
    rig.applySnapshot(oneExchange(queueAtMain(2)));
    const sink = rig.attachSink('x', SINK);
    const body = Buffer.alloc(2000, 'b');
    sink.send(content({ exchange: '', key: 'no', options: MANDATORY }));
    sink.send(content({ key: 'no', options: MANDATORY, body }));
    sink.send(content({ options: IMMEDIATE, body }));
    sink.send(content({ exchange: '', options: MANDATORY }));
    rig.drain();
    expect(rig.textsAt(`unrouted ${SINK}`)).toEqual(
      texts([content({ key: 'no' }), content({ key: 'no', body })]),
    );
    expect(rig.textsAt(`immediate 2 or ${SINK}`)).toEqual(texts([content({ body })]));
    expect(rig.textsAt('queue 2')).toEqual(texts([content()]));
  });
});

describe('no-local', () => {
  it('keeps contents from the connection that published them, and from no other', () => {
    const rig = new ShardRig();
    rig.applySnapshot(
      oneExchange(queueAtFeed(1, 7, 0, 100), queueAtMain(2, 200), queueAtFeed(3, 8)),
    );
    const [a, b] = [rig.attachSink('x', 1, 100), rig.attachSink('x', 2, 200)];
    a.send(Buffer.concat(contents(2, {}, 'a')));
    b.send(Buffer.concat(contents(2, {}, 'b')));
    a.send(Buffer.concat(contents(2, {}, 'c')));
    rig.drain();
    const [as, bs, cs] = ['a', 'b', 'c'].map((prefix) => texts(contents(2, {}, prefix)));
    expect(rig.textsAt('feed 7')).toEqual(bs);
    expect(rig.textsAt('queue 2')).toEqual([...as, ...cs]);
    expect(rig.textsAt('feed 8')).toEqual([...as, ...bs, ...cs]);
  });

  it('tells main whose contents they are', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtMain(2)));
    rig.attachSink('x', 1, 100).send(content({ body: 'a' }));
    rig.attachSink('x', 2, 200).send(content({ body: 'b' }));
    rig.drain();
    expect(rig.textsAt('from 100')).toEqual(texts([content({ body: 'a' })]));
    expect(rig.textsAt('from 200')).toEqual(texts([content({ body: 'b' })]));
  });
});
