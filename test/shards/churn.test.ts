import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopologyChange } from '../../src/shards/shard-messages.ts';
import { fuzz } from '../routing/fuzz.ts';
import { content } from './contents.ts';
import { barrierMark, fenceMark, ShardRig, type TestSink, VHOST } from './shard-rig.ts';
import { binding, exchange, exchangeBinding, queueAtMain } from './topology.ts';

const SINKS = 2;
/** Queues whose bindings never change, and those that come and go beside them. */
const LASTING = [1, 2, 3];
const PASSING = [11, 12];
const KEYS = ['a', 'a.b', 'other'];

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      sink: fc.nat(SINKS - 1),
      key: fc.constantFrom(...KEYS),
      count: fc.integer({ min: 1, max: 40 }),
      pieceOctets: fc.constantFrom(11, 100, 10_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('bind' as const, 'unbind' as const),
      queue: fc.constantFrom(...PASSING),
      pattern: fc.constantFrom('#', 'a', 'a.*', '*.b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('switch' as const),
      queue: fc.constantFrom(...LASTING),
      writer: fc.constantFrom(-1, 0, 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('drain' as const),
      writer: fc.constantFrom(-1, 0, 1),
      records: fc.integer({ min: 1, max: 5 }),
    }),
  },
);

const world = fc.record({
  ringOctets: fc.constantFrom(256, 512, 1024),
  steps: fc.array(step, { maxLength: 40 }),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Step = World['steps'][number];

/** What each lasting queue is bound for. */
const TAKES: Readonly<Record<number, (key: string) => boolean>> = {
  1: () => true,
  2: (key) => key.startsWith('a'),
  // Behind another exchange.
  3: () => true,
};

/** What a queue was switched to, and the number of the switch. */
interface Place {
  readonly number: number;
  readonly isFeed: boolean;
}

/** A shard whose lasting queues keep their bindings, but not their places, and what it was sent. */
class Churn {
  private readonly rig: ShardRig;
  private readonly sinks: readonly TestSink[];
  private readonly sent: { readonly sink: number; readonly key: string; readonly text: string }[] =
    [];
  /** Where each lasting queue has been switched to. */
  private readonly places = new Map<number, Place[]>(LASTING.map((queue) => [queue, []]));
  private switchCount = 0;

  constructor(ringOctets: number) {
    this.rig = new ShardRig({ ringOctets });
    this.rig.applySnapshot({
      exchanges: [exchange('x', 'topic'), exchange('y', 'fanout')],
      queues: [...LASTING, ...PASSING].map((queue) => queueAtMain(queue)),
      bindings: [
        binding('x', 1, '#'),
        binding('x', 2, 'a.#'),
        exchangeBinding('x', 'y', '#'),
        binding('y', 3),
      ],
    });
    this.sinks = Array.from({ length: SINKS }, (_, i) => this.rig.attachSink('x', i));
  }

  take(next: Step): void {
    switch (next.kind) {
      case 'send':
        this.send(next.sink, next.key, next.count, next.pieceOctets);
        break;
      case 'bind':
        this.change({ kind: 'bound', binding: binding('x', next.queue, next.pattern) });
        break;
      case 'unbind':
        this.change({ kind: 'unbound', binding: binding('x', next.queue, next.pattern) });
        break;
      case 'switch':
        this.switchQueue(next.queue, next.writer);
        break;
      case 'drain':
        if (next.writer < 0) this.rig.drainMain();
        else this.rig.drainWriter(next.writer, next.records);
    }
  }

  check(): void {
    this.rig.drain();
    for (const queue of LASTING) {
      const arrived = this.arrivedAt(queue);
      for (let sink = 0; sink < SINKS; sink++) {
        const own = arrived.filter((text) => text.includes(`s${sink}#`));
        expect(own, `queue ${queue} from sink ${sink}`).toEqual(this.expectedAt(queue, sink));
      }
    }
  }

  private send(sink: number, key: string, count: number, pieceOctets: number): void {
    const octets = Array.from({ length: count }, () => {
      const one = content({ key, body: `s${sink}#${this.sent.length}` });
      this.sent.push({ sink, key, text: one.toString('latin1') });
      return one;
    });
    this.sinks[sink].sendInPieces(Buffer.concat(octets), pieceOctets);
  }

  private switchQueue(queueNumber: number, writer: number): void {
    const number = this.switchCount++;
    const places = this.places.get(queueNumber) ?? [];
    // A feed's slot is the number of the switch to it.
    const queue = { queueNumber, writer, slot: number, refusedOrigin: -1, feed: null };
    this.change({ kind: 'switchQueue', queue, number });
    places.push({ number, isFeed: writer >= 0 });
  }

  private change(change: TopologyChange): void {
    this.rig.core.applyChanges(VHOST, [change]);
    this.rig.core.publish();
  }

  /** What came for a queue, in the order in which its consumer would see it. */
  private arrivedAt(queue: number): string[] {
    const toMain = this.rig.textsAt(`queue ${queue}`);
    const arrived: string[] = [];
    const places = this.places.get(queue) ?? [];
    places.forEach(({ number, isFeed }, i) => {
      if (!isFeed) return;
      const mark = barrierMark(number).toString();
      const markAt = toMain.indexOf(mark);
      expect(markAt, 'main is told of the switch').toBeGreaterThanOrEqual(0);
      arrived.push(...toMain.splice(0, markAt + 1).slice(0, -1));
      const toFeed = this.rig.textsAt(`feed ${number}`);
      expect(toFeed.shift(), 'the barrier comes before contents').toBe(mark);
      const next = places[i + 1];
      if (next !== undefined) {
        const fence = fenceMark(next.number).toString();
        expect(toFeed.pop(), 'nothing comes behind the fence').toBe(fence);
      }
      arrived.push(...toFeed);
    });
    return [...arrived, ...toMain];
  }

  private expectedAt(queue: number, sink: number): string[] {
    return this.sent
      .filter((one) => one.sink === sink && TAKES[queue](one.key))
      .map(({ text }) => text);
  }
}

describe('queues whose bindings stay', () => {
  it('lose, double and reorder nothing while everything around them changes', () => {
    fuzz(
      fc.property(world, ({ ringOctets, steps }) => {
        const churn = new Churn(ringOctets);
        for (const next of steps) churn.take(next);
        churn.check();
      }),
    );
  });
});
