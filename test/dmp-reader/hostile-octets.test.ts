import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../routing/fuzz.ts';
import { content, contents, texts } from '../shards/contents.ts';
import { ShardRig } from '../shards/shard-rig.ts';
import { binding, exchange, queueAtFeed } from '../shards/topology.ts';

const spoiled = fc.record({
  /** Where which octet is put, in contents that are valid otherwise. */
  changes: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
  garbage: fc.uint8Array({ maxLength: 60 }),
  pieceOctets: fc.integer({ min: 1, max: 500 }),
});

const VALID = Buffer.concat([
  content({ headers: { a: 1, b: { c: [true, null, 'text'] } }, body: 'one' }),
  content({ exchange: '', key: 'a.b', properties: { userId: 'u', timestamp: 1, priority: 2 } }),
  content({ headers: {}, options: 3, body: Buffer.alloc(80) }),
]);

describe('whatever a client sends', () => {
  it('ends its own connection at most', () => {
    fuzz(
      fc.property(spoiled, ({ changes, garbage, pieceOctets }) => {
        const rig = new ShardRig({ ringOctets: 1024, maxContentOctets: 300 });
        rig.applySnapshot({
          exchanges: [exchange('x', 'headers'), exchange('y', 'fanout')],
          queues: [queueAtFeed(1, 7), queueAtFeed(2, 8)],
          bindings: [binding('x', 1, '', { 'x-match': 'any', a: 1 }), binding('y', 2)],
        });
        const octets = Buffer.concat([VALID, garbage]);
        for (const [at, octet] of changes) if (at < octets.length) octets[at] = octet;
        const good = rig.attachSink('y', 2);
        const sent = contents(4, { exchange: 'y' });
        rig.attachSink('x', 1).sendInPieces(octets, pieceOctets);
        good.send(Buffer.concat(sent));
        rig.drain();
        expect(good.failedWith).toBeNull();
        expect(rig.textsAt('feed 8')).toEqual(texts(sent));
      }),
    );
  });
});
