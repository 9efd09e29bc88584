import { describe, expect, it } from 'vitest';
import { content, contents, HEARTBEAT, texts } from '../shards/contents.ts';
import { ShardRig, type TestSink } from '../shards/shard-rig.ts';
import { exchange, oneExchange, queueAtFeed } from '../shards/topology.ts';

const LIMIT = 4096;

function rigWithFeed(maxContentOctets = LIMIT): { rig: ShardRig; sink: TestSink } {
  const rig = new ShardRig({ maxContentOctets, ringOctets: 1024 * 1024 });
  rig.applySnapshot(oneExchange(queueAtFeed(1, 7)));
  return { rig, sink: rig.attachSink('x') };
}

describe('a sink', () => {
  it('takes contents cut in two at any octet', () => {
    const sent = [
      content({ body: 'first' }),
      HEARTBEAT,
      content({ headers: { a: 'b' }, body: 'z' }),
    ];
    const octets = Buffer.concat(sent);
    for (let cut = 0; cut <= octets.length; cut++) {
      const { rig, sink } = rigWithFeed();
      sink.send(octets.subarray(0, cut));
      sink.send(octets.subarray(cut));
      rig.drain();
      expect(rig.textsAt('feed 7'), `cut at ${cut}`).toEqual(texts([sent[0], sent[2]]));
    }
  });

  it('takes contents octet by octet', () => {
    const { rig, sink } = rigWithFeed();
    const sent = contents(3, { properties: { contentType: 'text/plain', timestamp: 5 } });
    sink.sendInPieces(Buffer.concat(sent), 1);
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
  });

  it('takes contents that are larger than what it keeps between two reads', () => {
    const big = Buffer.alloc(100_000, 'b');
    const sent = [content({ body: 'a' }), content({ body: big }), content({ body: 'c' })];
    for (const pieceOctets of [1000, 16_384, 50_001, 100_001]) {
      const { rig, sink } = rigWithFeed(200_000);
      sink.sendInPieces(Buffer.concat(sent), pieceOctets);
      rig.drain();
      expect(rig.textsAt('feed 7')).toEqual(texts(sent));
    }
  });

  it('takes contents up to the limit and none beyond', () => {
    const overhead = content().length;
    const { rig, sink } = rigWithFeed();
    const largest = content({ body: Buffer.alloc(LIMIT - overhead) });
    sink.send(largest);
    expect(sink.failedWith).toBeNull();
    sink.send(content({ body: Buffer.alloc(LIMIT - overhead + 1) }));
    expect(sink.failedWith).toBe('content too large');
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts([largest]));
  });

  it('is told that a content is too large before it has come', () => {
    const { sink } = rigWithFeed();
    sink.send(content({ body: Buffer.alloc(LIMIT) }).subarray(0, 4));
    expect(sink.failedWith).toBe('content too large');
  });

  it('forgets the beginning of a content whose client goes away', () => {
    const { rig, sink } = rigWithFeed();
    sink.send(content({ body: 'whole' }));
    sink.send(content({ body: 'half' }).subarray(0, 9));
    sink.reader?.close();
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts([content({ body: 'whole' })]));
  });
});

describe('a content that names', () => {
  it('no exchange is delivered with the name of the leased one', () => {
    const { rig, sink } = rigWithFeed();
    const sent = contents(50, { exchange: '', headers: { a: 1 } });
    sink.send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(contents(50, { headers: { a: 1 } })));
    expect(rig.recordCounts).toEqual([50]);
  });

  it('no exchange stays in its place among others', () => {
    const { rig, sink } = rigWithFeed();
    const exchanges = ['', 'x', 'x', '', '', 'x', ''];
    sink.send(Buffer.concat(exchanges.map((name, i) => content({ exchange: name, body: `${i}` }))));
    rig.drain();
    const expected = exchanges.map((_, i) => content({ body: `${i}` }));
    expect(rig.textsAt('feed 7')).toEqual(texts(expected));
  });

  it('no exchange is not mistaken for the neighbour of one that lies elsewhere', () => {
    const { rig, sink } = rigWithFeed();
    // Each copy is an octet longer, and the rig reads to offset 7: the copies end at the offset, in
    // their own memory, at which the next content begins in the read buffer.
    const sent = [...contents(7, { exchange: '' }), ...contents(7)];
    sink.send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts([...contents(7), ...contents(7)]));
  });

  it('no exchange is complete on a sink of the default exchange', () => {
    const rig = new ShardRig();
    rig.applySnapshot({ exchanges: [], queues: [queueAtFeed(1, 7)], bindings: [] });
    const sent = contents(3, { exchange: '', key: 'q1' });
    rig.attachSink('').send(Buffer.concat(sent));
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts(sent));
  });

  it('no exchange and is large is delivered with the name, too', () => {
    const { rig, sink } = rigWithFeed(500_000);
    const body = Buffer.alloc(300_000, 'b');
    sink.sendInPieces(content({ exchange: '', body }), 9999);
    rig.drain();
    expect(rig.textsAt('feed 7')).toEqual(texts([content({ body })]));
  });

  it('another exchange ends the connection, and what came before it is delivered', () => {
    for (const name of ['y', 'xx', 'X']) {
      const { rig, sink } = rigWithFeed();
      const before = contents(3);
      sink.send(Buffer.concat([...before, content({ exchange: name }), content({ body: 'late' })]));
      expect(sink.failedWith).toBe('content for an exchange other than the leased one');
      rig.drain();
      expect(rig.textsAt('feed 7')).toEqual(texts(before));
    }
  });

  it('an exchange on a sink of the default exchange ends the connection', () => {
    const rig = new ShardRig();
    rig.applySnapshot({ exchanges: [exchange('x', 'fanout')], queues: [], bindings: [] });
    const sink = rig.attachSink('');
    sink.send(content({ exchange: 'x' }));
    expect(sink.failedWith).toBe('content for an exchange other than the leased one');
  });
});

describe('a malformed content', () => {
  const good = content({ headers: { a: 'b' }, properties: { appId: 'c' }, body: 'body' });
  const faults: Record<string, (b: Buffer) => void> = {
    'a size below the least one': (b) => b.writeUInt32BE(3, 0),
    'a size beyond 2^31': (b) => b.writeUInt32BE(0xffffffff, 0),
    'a body size that does not fit': (b) => b.writeUIntBE(5, b.length - 7, 3),
    'a routing key beyond its end': (b) => b.writeUInt8(255, 6),
    'an unknown property flag': (b) => b.writeUInt16BE(b.readUInt16BE(8) | 2, 8),
    'a headers table beyond its end': (b) => b.writeUInt32BE(1000, 10),
  };

  for (const [name, spoil] of Object.entries(faults)) {
    it(`with ${name} ends its connection and no other`, () => {
      const { rig, sink } = rigWithFeed();
      const other = rig.attachSink('x', 2);
      const bad = Buffer.from(good);
      spoil(bad);
      sink.send(Buffer.concat([good, bad, good]));
      expect(sink.failedWith).not.toBeNull();
      sink.send(good);
      other.send(good);
      rig.drain();
      expect(rig.textsAt('feed 7')).toEqual(texts([good, good]));
      expect(other.failedWith).toBeNull();
      expect(rig.counter('protocolErrors')).toBe(1);
    });
  }
});
