import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  BindingState,
  ExchangeState,
  QueueState,
  TopologyChange,
} from '../../src/shards/shard-messages.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';
import { fuzz } from '../routing/fuzz.ts';
import { content, HEARTBEAT, IMMEDIATE, MANDATORY } from './contents.ts';
import { deliveredForm, Model, type ModelContent } from './model.ts';
import { ShardRig, type TestSink, VHOST } from './shard-rig.ts';

/** Exchanges with sinks are never deleted, the others come and go. */
const LASTING = ['e0', 'e1', 'e2'];
const PASSING = ['e3', 'e4'];
const SINKS = [
  { exchange: 'e0', connection: 100 },
  { exchange: 'e0', connection: 200 },
  { exchange: 'e1', connection: 100 },
  { exchange: 'e2', connection: 300 },
  { exchange: '', connection: 200 },
];
const QUEUES = 5;
const ANY_NUMBER = 0;

const anyExchange = fc.constantFrom(...LASTING, ...PASSING);
const anyQueue = fc.integer({ min: 1, max: QUEUES });
const key = fc.constantFrom('', 'a', 'a.b', 'a.b.c', 'q1', 'q2', 'long.enough.to.be.words');
const pattern = fc.oneof(key, fc.constantFrom('#', '*', 'a.*', 'a.#', '#.c', '*.b.#'));
const headers: fc.Arbitrary<FieldTable | undefined> = fc.constantFrom(
  undefined,
  undefined,
  {},
  { a: 1 },
  { a: 2, b: 'x' },
);
const bindingArguments: fc.Arbitrary<FieldTable> = fc.constantFrom(
  {},
  { a: 1 },
  { 'x-match': 'any', a: 1, b: 'x' },
  { 'x-match': 'all', a: 2, b: 'x' },
);

const binding: fc.Arbitrary<BindingState> = fc
  .record({
    source: anyExchange,
    queueNumber: fc.option(anyQueue),
    exchange: fc.option(anyExchange, { nil: 'e3' }),
    routingKey: pattern,
    arguments: bindingArguments,
  })
  .map((b) => (b.queueNumber === null ? b : { ...b, exchange: null }));

const exchangeState = (name: fc.Arbitrary<string>): fc.Arbitrary<ExchangeState> =>
  fc.record({
    name,
    type: fc.constantFrom(
      'direct' as const,
      'fanout' as const,
      'topic' as const,
      'headers' as const,
    ),
    alternate: fc.option(anyExchange),
  });

const place = fc.record({
  writer: fc.constantFrom(-1, 0, 1),
  refusedOrigin: fc.constantFrom(-1, -1, 100, 200),
});

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('bound' as const), binding }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unbound' as const), binding }) },
  fc.record({
    kind: fc.constant('exchangeDeclared' as const),
    exchange: exchangeState(fc.constantFrom(...PASSING)),
  }),
  fc.record({
    kind: fc.constant('alternateChanged' as const),
    name: fc.constantFrom(...LASTING, ...PASSING),
    alternate: fc.option(anyExchange),
  }),
  fc.record({ kind: fc.constant('exchangeDeleted' as const), name: fc.constantFrom(...PASSING) }),
  fc.record({ kind: fc.constant('queueDeleted' as const), queueNumber: anyQueue }),
  fc.record({ kind: fc.constant('switchQueue' as const), queueNumber: anyQueue, place }),
);

const sentContent = fc.record({
  named: fc.boolean(),
  key,
  headers,
  options: fc.constantFrom(0, 0, 0, MANDATORY, IMMEDIATE, MANDATORY | IMMEDIATE),
  padding: fc.constantFrom(0, 0, 0, 1, 40, 300),
  repeat: fc.constantFrom(1, 1, 2, 30),
  heartbeat: fc.boolean(),
});

const send = fc.record({
  kind: fc.constant('send' as const),
  sink: fc.nat(SINKS.length - 1),
  contents: fc.array(sentContent, { minLength: 1, maxLength: 6 }),
  pieceOctets: fc.constantFrom(1, 3, 17, 100, 1000, 100_000),
});

const world = fc.record({
  ringOctets: fc.constantFrom(256, 512, 1024, 64 * 1024),
  exchanges: fc.tuple(...LASTING.map((name) => exchangeState(fc.constant(name)))),
  places: fc.array(place, { minLength: QUEUES, maxLength: QUEUES }),
  bindings: fc.array(binding, { maxLength: 12 }),
  steps: fc.array(fc.oneof({ weight: 2, arbitrary: send }, change), { maxLength: 14 }),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Step = World['steps'][number];

/** A shard, and the model that says what must come out of it. */
class Twin {
  readonly rig: ShardRig;
  readonly model = new Model();
  private readonly sinks: TestSink[];
  private readonly expected = new Map<string, string[]>();
  private slots = 0;
  private sentCount = 0;

  constructor({ ringOctets, exchanges, places, bindings }: World) {
    this.rig = new ShardRig({ ringOctets });
    for (const exchange of exchanges) this.model.apply({ kind: 'exchangeDeclared', exchange });
    places.forEach(({ writer, refusedOrigin }, i) => {
      const queueNumber = i + 1;
      const slot = this.slots++;
      const queue = {
        queueNumber,
        name: `q${queueNumber}`,
        writer,
        slot,
        refusedOrigin,
        feed: null,
      };
      this.model.apply({ kind: 'queueDeclared', queue });
    });
    for (const one of bindings) this.model.apply({ kind: 'bound', binding: one });
    this.rig.applySnapshot(this.model.snapshot());
    this.sinks = SINKS.map(({ exchange, connection }, i) =>
      this.rig.attachSink(exchange, i, connection),
    );
  }

  take(step: Step): void {
    if (step.kind === 'send') {
      this.send(step);
      return;
    }
    // What has been sent goes by the state before.
    this.rig.drain();
    const made = this.changeFor(step);
    if (!this.model.apply(made)) return;
    this.rig.core.applyChanges(VHOST, [made]);
    this.rig.core.publish();
  }

  send({ sink, contents, pieceOctets }: Extract<Step, { kind: 'send' }>): void {
    const octets: Buffer[] = [];
    for (const { named, padding, repeat, heartbeat, ...parts } of contents) {
      for (let i = 0; i < repeat; i++) {
        const body = `s${sink}#${this.sentCount++}${'.'.repeat(padding)}`;
        octets.push(this.expect(sink, named, { ...parts, body }));
      }
      if (heartbeat) octets.push(HEARTBEAT);
    }
    this.sinks[sink].sendInPieces(Buffer.concat(octets), pieceOctets);
  }

  check(): void {
    this.rig.drain();
    expect(this.sinks.map(({ failedWith }) => failedWith)).toEqual(SINKS.map(() => null));
    expect(contentsBySink(this.rig)).toEqual(this.expected);
  }

  private expect(sink: number, named: boolean, sent: ModelContent): Buffer {
    const { exchange, connection } = SINKS[sink];
    for (const where of this.model.placesFor(exchange, sent, sink, connection)) {
      const list = this.expected.get(`${where} s${sink}`) ?? [];
      list.push(deliveredForm(exchange, sent));
      this.expected.set(`${where} s${sink}`, list);
    }
    return content({ ...sent, exchange: named ? exchange : '' });
  }

  private changeFor(step: Exclude<Step, { kind: 'send' }>): TopologyChange {
    if (step.kind !== 'switchQueue') return step;
    const { queueNumber, place: to } = step;
    const queue: QueueState = { queueNumber, slot: this.slots++, feed: null, ...to };
    return { kind: 'switchQueue', queue, number: ANY_NUMBER };
  }
}

type SentContent = typeof sentContent extends fc.Arbitrary<infer T> ? T : never;

/** A content without headers and options, as most are. */
function plainContent(
  routingKey: SentContent['key'],
  padding: SentContent['padding'],
): SentContent {
  const parts = { key: routingKey, headers: undefined, padding };
  return { ...parts, named: true, options: 0, repeat: 1, heartbeat: false };
}

/** What a rig has delivered, by place and sink; without barriers and fences, and the origins noted. */
function contentsBySink(rig: ShardRig): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const where of rig.delivered.keys()) {
    if (where.startsWith('from ')) continue;
    for (const text of rig.textsAt(where)) {
      const sink = /s\d+(?=#)/.exec(text)?.[0];
      if (sink === undefined) continue;
      const list = found.get(`${where} ${sink}`) ?? [];
      list.push(text);
      found.set(`${where} ${sink}`, list);
    }
  }
  return found;
}

describe('a shard', () => {
  it('delivers each content, in order, where a router that looks at everything would', () => {
    fuzz(
      fc.property(world, (made) => {
        const twin = new Twin(made);
        for (const step of made.steps) twin.take(step);
        twin.check();
      }),
    );
  });

  it('gives a content to all its targets although one of them has got the run in front of it', () => {
    // Origins differ, so that plans which are equal need not be the same.
    const atFeed = { writer: 1, refusedOrigin: 200 } as const;
    const atMain = { writer: -1, refusedOrigin: -1 } as const;
    const binding = { source: 'e0', exchange: null, routingKey: '#', arguments: {} };
    const twin = new Twin({
      ringOctets: 512,
      exchanges: [
        { name: 'e0', type: 'topic', alternate: null },
        { name: 'e1', type: 'direct', alternate: null },
        { name: 'e2', type: 'direct', alternate: null },
      ],
      places: [atFeed, atMain, atMain, atMain, atMain],
      bindings: [{ ...binding, queueNumber: 1 }],
      steps: [],
    });
    const rounds: readonly [sink: number, keys: SentContent['key'][]][] = [
      [1, ['', 'a']],
      [0, ['', 'q1']],
    ];
    const send = () => {
      for (const [sink, keys] of rounds) {
        const round = keys.map((key) => plainContent(key, 0));
        const contents = [...round, ...round, ...round];
        twin.send({ kind: 'send', sink, contents, pieceOctets: 100_000 });
      }
    };
    send();
    twin.take({ kind: 'bound', binding: { ...binding, queueNumber: 2 } });
    send();
    twin.rig.drain();
    send();
    twin.check();
  });

  it('goes by every change at once, however well it knows the keys', () => {
    const rounds = fc.record({
      sink: fc.nat(SINKS.length - 1),
      keys: fc.uniqueArray(key, { minLength: 2, maxLength: 4 }),
      padding: fc.constantFrom<SentContent['padding']>(0, 0, 1, 40),
    });
    fuzz(
      fc.property(world, fc.array(rounds, { minLength: 1, maxLength: 3 }), (made, publishers) => {
        const twin = new Twin(made);
        for (const step of [null, ...made.steps.filter(({ kind }) => kind !== 'send')]) {
          if (step !== null) twin.take(step);
          for (const { sink, keys, padding } of publishers) {
            const round = keys.map((one) => plainContent(one, padding));
            const contents = [...round, ...round, ...round];
            twin.send({ kind: 'send', sink, contents, pieceOctets: 100_000 });
          }
        }
        twin.check();
      }),
    );
  });

  it('routes after any changes as one that starts with their outcome', () => {
    fuzz(
      fc.property(world, fc.array(send, { minLength: 1, maxLength: 4 }), (made, sends) => {
        const changed = new Twin(made);
        for (const step of made.steps) if (step.kind !== 'send') changed.take(step);
        const fresh = new ShardRig({ ringOctets: made.ringOctets });
        fresh.applySnapshot(changed.model.snapshot());
        changed.rig.delivered.clear();
        for (const rig of [changed.rig, fresh]) {
          for (const { sink, contents } of sends) {
            const { exchange, connection } = SINKS[sink];
            const connected = rig.attachSink(exchange, sink, connection);
            contents.forEach(({ padding, ...parts }, i) => {
              const body = `s${sink}#${i}${'.'.repeat(padding)}`;
              connected.send(content({ ...parts, exchange, body }));
              rig.drain();
            });
          }
        }
        expect(contentsBySink(changed.rig)).toEqual(contentsBySink(fresh));
      }),
    );
  });
});
