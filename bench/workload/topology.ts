import { ArgumentError } from '../lib/arguments.ts';

/** Who publishes where, what is bound to it, who consumes. */
export interface Topology {
  readonly name: string;
  readonly exchanges: readonly ExchangePlan[];
  readonly publishers: readonly PublisherPlan[];
  readonly consumers: readonly ConsumerPlan[];
}

export interface ExchangePlan {
  readonly name: string;
  readonly type: 'direct' | 'fanout' | 'topic';
}

export interface PublisherPlan {
  readonly exchange: string;
  /** Used in turn; all of the same length, so that all messages have the same size. */
  readonly routingKeys: readonly string[];
  /** Consumers that get each message. */
  readonly copies: number;
}

/** A queue of its own, its bindings, and the one consumer of it. */
export interface ConsumerPlan {
  readonly queue: string;
  readonly bindings: readonly { readonly exchange: string; readonly pattern: string }[];
}

/** Any numbers will do. */
const FORMS = {
  '1P-1C': 'one publisher, one consumer',
  '1P-8C': 'a fanout exchange: each consumer gets everything',
  '4P-4C': 'four exchanges, each with a publisher and a consumer',
  '8P-1C': 'eight publishers to one exchange and consumer',
  'topic-10000': '10,000 topic bindings, up to 1,000 keys in turn',
  'topic-10000-10keys': 'the same with 10 keys',
  'topic-10000-random': 'the same with keys in random order',
} as const;

/** The names of topologies and what they are, one a line. */
export const TOPOLOGY_HELP = Object.entries(FORMS)
  .map(([name, meaning]) => `${name.padEnd(18)}  ${meaning}`)
  .join('\n');

/** Distinct routing keys of a topic topology that doesn't name their number, if it has as many bindings. */
const TOPIC_KEYS = 1000;
/** Keys in random order repeat after so many: too far for anything but a look-up to foresee the next. */
const RANDOM_KEYS = 16_384;
const ROUTING_KEY = 'bench.0';

/**
 * The topology of that name:
 * - `1P-nC` one publisher, a fanout exchange, n consumers that each get everything
 * - `nP-nC` n times one publisher, its direct exchange, one consumer
 * - `nP-1C` n publishers, one direct exchange, one consumer
 * - `topic-n` one publisher with up to 1,000 keys in turn, n bindings on a topic exchange, one consumer
 * - `topic-n-kkeys` the same with k keys; `-random` behind either: in random order, the same each time
 * @throws ArgumentError if the name has none of these forms
 */
export function topologyOf(name: string): Topology {
  const topic = /^topic-([1-9]\d{0,5})(?:-([1-9]\d{0,5})keys)?(-random)?$/.exec(name);
  if (topic !== null) {
    const bindings = Number(topic[1]);
    const keys = Number(topic[2] ?? Math.min(bindings, TOPIC_KEYS));
    if (keys <= bindings) return topicTopology(name, bindings, keys, topic[3] !== undefined);
  }
  const counts = /^([1-9]\d{0,2})P-([1-9]\d{0,2})C$/.exec(name);
  if (counts !== null) {
    const publishers = Number(counts[1]);
    const consumers = Number(counts[2]);
    if (publishers === consumers) return pairedTopology(name, publishers);
    if (publishers === 1) return fanoutTopology(name, consumers);
    if (consumers === 1) return fanInTopology(name, publishers);
  }
  throw new ArgumentError(
    `There is no topology '${name}'; there are ${Object.keys(FORMS).join(', ')} with any numbers`,
  );
}

/** The same with other names, to be there at the same time. */
export function besides({ name, exchanges, publishers, consumers }: Topology): Topology {
  const other = (each: string): string => `beside.${each}`;
  return {
    name,
    exchanges: exchanges.map((each) => ({ ...each, name: other(each.name) })),
    publishers: publishers.map((each) => ({ ...each, exchange: other(each.exchange) })),
    consumers: consumers.map(({ queue, bindings }) => ({
      queue: other(queue),
      bindings: bindings.map((each) => ({ ...each, exchange: other(each.exchange) })),
    })),
  };
}

/** 16-octet bodies make contents of 51 octets with these names. */
function exchangeName(index: number): string {
  return `bench.exchange.${index}`;
}

function queueName(index: number): string {
  return `bench.queue.${index}`;
}

function boundQueue(index: number, exchange: string): ConsumerPlan {
  return { queue: queueName(index), bindings: [{ exchange, pattern: ROUTING_KEY }] };
}

function pairedTopology(name: string, pairs: number): Topology {
  const names = Array.from({ length: pairs }, (_, index) => exchangeName(index));
  return {
    name,
    exchanges: names.map((exchange) => ({ name: exchange, type: 'direct' })),
    publishers: names.map((exchange) => ({ exchange, routingKeys: [ROUTING_KEY], copies: 1 })),
    consumers: names.map((exchange, index) => boundQueue(index, exchange)),
  };
}

function fanoutTopology(name: string, consumers: number): Topology {
  const exchange = exchangeName(0);
  return {
    name,
    exchanges: [{ name: exchange, type: 'fanout' }],
    publishers: [{ exchange, routingKeys: [ROUTING_KEY], copies: consumers }],
    consumers: Array.from({ length: consumers }, (_, index) => boundQueue(index, exchange)),
  };
}

function fanInTopology(name: string, publishers: number): Topology {
  const exchange = exchangeName(0);
  const publisher: PublisherPlan = { exchange, routingKeys: [ROUTING_KEY], copies: 1 };
  return {
    name,
    exchanges: [{ name: exchange, type: 'direct' }],
    publishers: Array.from({ length: publishers }, () => publisher),
    consumers: [boundQueue(0, exchange)],
  };
}

/** Each key matches one binding; a third of the bindings are exact, the others have wildcards. */
function topicTopology(name: string, bindings: number, keys: number, random: boolean): Topology {
  const exchange = exchangeName(0);
  const step = Math.floor(bindings / keys);
  const inTurn = Array.from({ length: keys }, (_, index) => topicKey(index * step));
  const patterns = Array.from({ length: bindings }, (_, index) => topicPattern(index));
  return {
    name,
    exchanges: [{ name: exchange, type: 'topic' }],
    publishers: [{ exchange, routingKeys: random ? inRandomOrder(inTurn) : inTurn, copies: 1 }],
    consumers: [
      { queue: queueName(0), bindings: patterns.map((pattern) => ({ exchange, pattern })) },
    ],
  };
}

/** Keys drawn by a linear congruential generator (Numerical Recipes), so that runs are alike. */
function inRandomOrder(keys: readonly string[]): string[] {
  let state = 1;
  return Array.from({ length: RANDOM_KEYS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return keys[Math.floor((state / 2 ** 32) * keys.length)];
  });
}

function topicKey(index: number): string {
  return `quote.${topicWord(index)}.eur`;
}

function topicPattern(index: number): string {
  const word = topicWord(index);
  const forms = [topicKey(index), `quote.${word}.*`, `*.${word}.#`];
  return forms[index % forms.length];
}

function topicWord(index: number): string {
  return String(index).padStart(6, '0');
}
