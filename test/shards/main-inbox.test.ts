import { describe, expect, it } from 'vitest';
import { content, contents, texts } from './contents.ts';
import { ShardRig } from './shard-rig.ts';
import { oneExchange, queueAtMain } from './topology.ts';

describe("main's end of a shard's ring", () => {
  it('hands over contents for sets of queues, each with its publisher', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtMain(1), queueAtMain(2)));
    rig.attachSink('x', 1, 100).send(content({ body: 'a' }));
    rig.attachSink('x', 2, 200).send(content({ body: 'b' }));
    rig.attachSink('x', 3, 100).send(content({ body: 'c' }));
    rig.drainMain();
    const [a, b, c] = texts(['a', 'b', 'c'].map((body) => content({ body })));
    expect(rig.textsAt('queue 1')).toEqual([a, b, c]);
    expect(rig.textsAt('queue 2')).toEqual([a, b, c]);
    expect(rig.textsAt('from 100')).toEqual([a, c]);
    expect(rig.textsAt('from 200')).toEqual([b]);
  });

  it('stops when it has read enough, and goes on there', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtMain(1)));
    const sink = rig.attachSink('x');
    const sent = contents(3);
    for (const one of sent) sink.send(one);
    const counts: number[] = [];
    // The announcement of the queue set is a record, too.
    while (rig.inbox.pump(1)) counts.push(rig.textsAt('queue 1').length);
    expect(counts).toEqual([0, 1, 2, 3]);
    expect(rig.inbox.hasPublished()).toBe(false);
    expect(rig.textsAt('queue 1')).toEqual(texts(sent));
  });

  it('may keep the bodies of large contents, and of no others', () => {
    const rig = new ShardRig({ ringOctets: 1024 });
    rig.applySnapshot(oneExchange(queueAtMain(1)));
    const sink = rig.attachSink('x');
    sink.send(content({ body: 'small' }));
    sink.send(content({ body: Buffer.alloc(500) }));
    rig.drainMain();
    expect(rig.owned).toEqual([false, true]);
  });

  it('follows when the numbers of queue sets are used again', () => {
    const rig = new ShardRig();
    rig.applySnapshot(oneExchange(queueAtMain(1)));
    // As many publishers as there are numbers, and some more.
    const connections = 16_384 + 10;
    for (let connection = 0; connection < connections; connection++) {
      rig.attachSink('x', 1, connection).send(content({ body: `${connection}` }));
      rig.drainMain();
    }
    for (const connection of [0, 5, 9, 10, 16_383, 16_384, 16_393]) {
      const own = texts([content({ body: `${connection}` })]);
      expect(rig.textsAt(`from ${connection}`)).toEqual(own);
    }
    expect(rig.delivered.get('queue 1')).toHaveLength(connections);
  });
});
