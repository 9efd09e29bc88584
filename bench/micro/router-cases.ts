import { ContentRouter } from '../../src/dmp-reader/content-router.ts';
import { ContentSource } from '../../src/dmp-reader/content-source.ts';
import { LeasedSink } from '../../src/dmp-reader/leased-sink.ts';
import { Destination } from '../../src/dmp-reader/plan.ts';
import { PlanBook } from '../../src/dmp-reader/plan-book.ts';
import { ReaderTally } from '../../src/dmp-reader/reader-tally.ts';
import { RingOutlet } from '../../src/dmp-reader/ring-outlet.ts';
import { blockAt, CounterBlock, CounterPage } from '../../src/ring/counters.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { encodeDirect, fillerBody } from '../workload/encode.ts';
import type { MicroCase } from './micro-case.ts';

/** The broker's default. */
const RING_OCTETS = 4 * 1024 * 1024;
/** What a sink reads at once. */
const READ_OCTETS = 256 * 1024;
const EXCHANGE = 'bench.exchange.0';
const KEYS = 1000;
const BINDINGS = 10_000;
/** Of ten bindings one is used. */
const STEP = 10;
const BODY_OCTETS = 16;

/**
 * What a shard does with what it has read: contents walked, routed, and appended to the ring of a
 * writer, which takes them at once.
 */
export function routerCases(): MicroCase[] {
  return [
    route('one key', 1, evenKey, () => 0),
    route('1,000 keys of one length', 1, evenKey, inTurn),
    route('1,000 keys of many lengths', 1, unevenKey, inTurn),
    route('1,000 keys in any order', 1, evenKey, inAnyOrder()),
    route('1,000 keys, 8 feeds in turn', 8, evenKey, inTurn),
    route('1,000 keys, 100 feeds in turn', 100, evenKey, inTurn),
  ];
}

function evenKey(index: number): string {
  return `quote.${String(index).padStart(6, '0')}.eur`;
}

function unevenKey(index: number): string {
  return `quote.${index ** 2}.${'x'.repeat(index % 7)}`;
}

/** The number of the key that content number `content` has. */
type Order = (content: number) => number;

function inTurn(content: number): number {
  return content % KEYS;
}

/** By a linear congruential generator: the same order each time. */
function inAnyOrder(): Order {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * KEYS);
  };
}

function route(
  name: string,
  feeds: number,
  keyOf: (index: number) => string,
  order: Order,
): MicroCase {
  const ring = ringPair();
  const plans = new PlanBook(ring.outlet);
  const writer = ringPair();
  plans.attachWriter(0, writer.outlet);
  const graph = new RoutingGraph<Destination>();
  graph.declareExchange(EXCHANGE, 'topic');
  const destinations = Array.from({ length: feeds }, (_, slot) => {
    const destination = new Destination(slot);
    destination.writer = 0;
    destination.slot = slot;
    return destination;
  });
  for (let i = 0; i < BINDINGS; i++) {
    graph.bindQueue(EXCHANGE, destinations[i % feeds], keyOf(i), {});
  }
  const exchange = graph.exchange(EXCHANGE);
  if (exchange === null) throw new Error('The exchange was declared above');
  const sink = new LeasedSink(
    { sink: 0, connection: 0, user: null, topics: null },
    graph,
    exchange,
    plans,
  );
  const page = CounterPage.create(['shard']);
  const tally = new ReaderTally(new CounterBlock(page.buffer, blockAt(0)));
  const router = new ContentRouter(plans, READ_OCTETS, tally);
  const { source, end, contents } = contentsFor(keyOf, order);
  return {
    name: `router: ${name}`,
    operations: contents,
    run: () => {
      router.route(sink, source, 0, end);
      plans.publishFeeds();
      while (writer.consumer.next());
      writer.consumer.release();
    },
  };
}

function ringPair(): { outlet: RingOutlet; consumer: RingConsumer } {
  const memory = SpscRing.create(RING_OCTETS);
  const bell = Doorbell.attach(createDoorbells(1), 0);
  const producer = new RingProducer(SpscRing.attach(memory), bell);
  const peer = { wake: () => {}, postLarge: () => {} };
  const observer = { ringFull: () => {}, readerWoken: () => {} };
  return {
    outlet: new RingOutlet(producer, peer, observer),
    consumer: new RingConsumer(SpscRing.attach(memory)),
  };
}

function contentsFor(
  keyOf: (index: number) => string,
  order: Order,
): { source: ContentSource; end: number; contents: number } {
  const body = fillerBody(BODY_OCTETS);
  const source = ContentSource.allocate(READ_OCTETS);
  let end = 0;
  for (let contents = 0; ; contents++) {
    const { octets } = encodeDirect(EXCHANGE, keyOf(order(contents) * STEP), body);
    if (end + octets.length > READ_OCTETS) return { source, end, contents };
    source.octets.set(octets, end);
    end += octets.length;
  }
}
