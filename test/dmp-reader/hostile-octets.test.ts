import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTENT_HEARTBEAT, ContentCursor, parseContent } from '../../src/wire/dmp-content.ts';
import { fuzz } from '../routing/fuzz.ts';
import { content, contents, texts } from '../shards/contents.ts';
import { ShardRig } from '../shards/shard-rig.ts';
import { binding, exchange, queueAtFeed } from '../shards/topology.ts';

const MAX_OCTETS = 300;

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

const KEYS = ['', 'a', 'b', 'long.enough.to.be.words', 'long.enough.to.be.wordz'];

/** Contents that differ in keys and bodies only, and where which octets are put in them. */
const alike = fc.record({
  sent: fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.nat(20)), { minLength: 2, maxLength: 8 }),
  properties: fc.constantFrom({}, { messageId: 'm', deliveryMode: 2 }),
  changes: fc.array(fc.tuple(fc.nat(300), fc.constantFrom(0, 1, 2, 4, 120, 255)), { maxLength: 2 }),
});

/** The bodies of the contents in front of the first that is wrong, or incomplete. */
function validBodies(octets: Buffer): string[] {
  const bodies: string[] = [];
  const cursor = new ContentCursor();
  for (let at = 0; ; ) {
    const taken = parseContent(octets, at, octets.length, MAX_OCTETS, cursor);
    if (taken <= 0) return bodies;
    if (taken !== CONTENT_HEARTBEAT) {
      const { exchangeAt, routingKeyAt, bodyAt, end } = cursor;
      const name = octets.toString('latin1', exchangeAt + 1, routingKeyAt);
      if (name !== 'x' && name !== '') return bodies;
      bodies.push(octets.toString('latin1', bodyAt, end));
    }
    at += taken;
  }
}

describe('whatever a client sends', () => {
  it('ends its own connection at most', () => {
    fuzz(
      fc.property(spoiled, ({ changes, garbage, pieceOctets }) => {
        const rig = new ShardRig({ ringOctets: 1024, maxContentOctets: MAX_OCTETS });
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

  it('is refused above the limit, also behind smaller ones of the same kind', () => {
    const rig = new ShardRig({ maxContentOctets: MAX_OCTETS });
    rig.applySnapshot({
      exchanges: [exchange('x', 'fanout')],
      queues: [queueAtFeed(1, 7)],
      bindings: [binding('x', 1)],
    });
    const sent = contents(3);
    const sink = rig.attachSink('x');
    sink.send(Buffer.concat([...sent, content({ body: '.'.repeat(MAX_OCTETS) })]));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
    expect(sink.failedWith).toBe('content too large');
  });

  it('is checked, be it ever so much like what was valid before', () => {
    fuzz(
      fc.property(alike, ({ sent, properties, changes }) => {
        const rig = new ShardRig({ maxContentOctets: MAX_OCTETS });
        rig.applySnapshot({
          exchanges: [exchange('x', 'topic')],
          queues: [queueAtFeed(1, 7)],
          bindings: [binding('x', 1, '#')],
        });
        const one = sent.map(([key, size], i) =>
          content({ key, properties, body: `${i}${'.'.repeat(size)}` }),
        );
        const sink = rig.attachSink('x');
        // By then it knows the keys.
        sink.send(Buffer.concat([...one, ...one]));
        const octets = Buffer.concat(one);
        for (const [at, octet] of changes) if (at < octets.length) octets[at] = octet;
        sink.send(octets);
        rig.drain();
        const delivered = rig.delivered.get('feed 7') ?? [];
        const valid = [...one, ...one, octets].flatMap(validBodies);
        expect(delivered.map(validBodies)).toEqual(valid.map((body) => [body]));
      }),
    );
  });
});
