import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';
import { encodeProperties } from '../../src/wire/properties.ts';
import type { MicroCase } from './micro-case.ts';

const EXCHANGE = 'exchange';
const LOOKUPS = 1000;
const TABLE_SIZES = [1, 100, 10_000, 100_000];

/** Where a message goes, by type of exchange and size of table, with up to 1,000 keys in turn. */
export function routingCases(): MicroCase[] {
  return [
    lookup('fanout', 10, () => '', noArguments, 'any key'),
    ...TABLE_SIZES.map((size) => lookup('direct', size, directKey, noArguments)),
    ...TABLE_SIZES.map((size) => lookup('topic', size, topicPattern, noArguments)),
    ...TABLE_SIZES.slice(0, 3).map((size) => lookup('headers', size, () => '', headerOf)),
  ];
}

function noArguments(): FieldTable {
  return {};
}

function directKey(index: number): string {
  return `key.${index}.eur`;
}

/** A third exact, a third with a star, a third with a hash; all match `key.INDEX.eur`. */
function topicPattern(index: number): string {
  return [directKey(index), `key.${index}.*`, `*.${index}.#`][index % 3];
}

function headerOf(index: number): FieldTable {
  return { 'x-match': 'all', number: index };
}

function lookup(
  type: 'direct' | 'fanout' | 'topic' | 'headers',
  bindings: number,
  patternOf: (index: number) => string,
  argumentsOf: (index: number) => FieldTable,
  remark = `${bindings} bindings`,
): MicroCase {
  const graph = new RoutingGraph<object>();
  graph.declareExchange(EXCHANGE, type);
  for (let index = 0; index < bindings; index++) {
    graph.bindQueue(EXCHANGE, { index }, patternOf(index), argumentsOf(index));
  }
  const step = Math.max(1, Math.floor(bindings / LOOKUPS));
  const views = viewsOf(
    Array.from({ length: LOOKUPS }, (_, index) => {
      const number = (index * step) % bindings;
      return envelopeOf(directKey(number), type === 'headers' ? headerOf(number) : {});
    }),
  );
  const exchange = graph.exchange(EXCHANGE);
  if (exchange === null) throw new Error('The exchange was declared above');
  return {
    name: `routing: ${type}, ${remark}`,
    operations: LOOKUPS,
    run: () => {
      for (let i = 0; i < LOOKUPS; i++) graph.routeFrom(exchange, views[i]);
    },
  };
}

interface Envelope {
  readonly octets: Buffer;
  readonly routingKeyAt: number;
  readonly propertiesAt: number;
}

function envelopeOf(routingKey: string, headers: FieldTable): Envelope {
  const names = [encodeShortstr(EXCHANGE), encodeShortstr(routingKey)];
  const hasHeaders = Object.keys(headers).length > 0;
  const properties = encodeProperties(hasHeaders ? { headers } : {});
  const propertiesAt = names[0].length + names[1].length;
  return {
    octets: Buffer.concat([...names, properties]),
    routingKeyAt: names[0].length,
    propertiesAt,
  };
}

/** The envelopes one behind the other, as in a read buffer. */
function viewsOf(envelopes: readonly Envelope[]): MessageView[] {
  const all = Buffer.concat(envelopes.map(({ octets }) => octets));
  let at = 0;
  return envelopes.map(({ octets, routingKeyAt, propertiesAt }) => {
    const view = new MessageView();
    view.envelope = all;
    view.routingKeyAt = at + routingKeyAt;
    view.propertiesAt = at + propertiesAt;
    at += octets.length;
    view.propertiesEnd = at;
    return view;
  });
}
