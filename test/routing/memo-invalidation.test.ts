import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { fuzz } from './fuzz.ts';
import { message } from './message.ts';
import { NaiveRouter } from './naive-router.ts';
import { names, queueNamed, routed, type TestQueue } from './queues.ts';

const EXCHANGES = ['v', 'w', 'x', 'y', 'z'];
const QUEUES = ['1', '2', '3'].map(queueNamed);
const KEYS = ['', 'a', 'b', 'a.b', 'b.a'];
const HEADERS = [{}, { h: 1 }];

const exchange = fc.constantFrom(...EXCHANGES);
const queue = fc.constantFrom(...QUEUES);
const key = fc.constantFrom(...KEYS, '#', '*', 'a.*', '#.a', 'a.#');
const args = fc.constantFrom(...HEADERS);
const type = fc.constantFrom('direct', 'fanout', 'topic', 'headers');
const alternate = fc.option(exchange, { freq: 2 });

/** What a command changes: the graph, and the model of it. */
class Pair {
  readonly graph = new RoutingGraph<TestQueue>();
  readonly model = new NaiveRouter();
}

type Command = (pair: Pair) => void;

const declare = fc.tuple(exchange, type, alternate).map(
  ([name, t, a]): Command =>
    (pair) => {
      pair.graph.declareExchange(name, t, a);
      pair.model.declareExchange(name, t, a);
    },
);

const remove = exchange.map(
  (name): Command =>
    ({ graph, model }) => {
      if (!graph.hasExchange(name)) return;
      graph.deleteExchange(name);
      model.deleteExchange(name);
    },
);

const changeAlternate = fc.tuple(exchange, alternate).map(
  ([name, a]): Command =>
    (pair) => {
      if (!pair.graph.hasExchange(name)) return;
      pair.graph.setAlternate(name, a);
      pair.model.setAlternate(name, a);
    },
);

const bindQueue = fc.tuple(exchange, queue, key, args).map(
  ([x, q, k, a]): Command =>
    (pair) => {
      if (!pair.graph.hasExchange(x)) return;
      pair.graph.bindQueue(x, q, k, a);
      pair.model.bind({ source: x, kind: 'queue', destination: q.name, key: k, args: a });
    },
);

const unbindQueue = fc.tuple(exchange, queue, key, args).map(
  ([x, q, k, a]): Command =>
    (pair) => {
      pair.graph.unbindQueue(x, q, k, a);
      pair.model.unbind({ source: x, kind: 'queue', destination: q.name, key: k, args: a });
    },
);

const bindExchange = fc.tuple(exchange, exchange, key, args).map(
  ([x, y, k, a]): Command =>
    ({ graph, model }) => {
      if (!graph.hasExchange(x) || !graph.hasExchange(y)) return;
      graph.bindExchange(x, y, k, a);
      model.bind({ source: x, kind: 'exchange', destination: y, key: k, args: a });
    },
);

const unbindExchange = fc.tuple(exchange, exchange, key, args).map(
  ([x, y, k, a]): Command =>
    ({ graph, model }) => {
      graph.unbindExchange(x, y, k, a);
      model.unbind({ source: x, kind: 'exchange', destination: y, key: k, args: a });
    },
);

const removeQueue = queue.map(
  (q): Command =>
    ({ graph, model }) => {
      graph.removeQueue(q);
      model.removeQueue(q.name);
    },
);

const routeSome = fc.tuple(exchange, fc.constantFrom(...KEYS)).map(
  ([x, k]): Command =>
    (pair) => {
      pair.graph.route(x, message(k));
    },
);

const command = fc.oneof(
  { arbitrary: declare, weight: 4 },
  { arbitrary: remove, weight: 1 },
  { arbitrary: changeAlternate, weight: 1 },
  { arbitrary: bindQueue, weight: 6 },
  { arbitrary: unbindQueue, weight: 3 },
  { arbitrary: bindExchange, weight: 4 },
  { arbitrary: unbindExchange, weight: 2 },
  { arbitrary: removeQueue, weight: 1 },
  { arbitrary: routeSome, weight: 6 },
);

function checkAllRoutes({ graph, model }: Pair): void {
  for (const name of EXCHANGES) {
    for (const sent of KEYS) {
      for (const headers of HEADERS) {
        const expected = model.route(name, [sent], headers);
        expect(routed(graph, name, message(sent, headers))).toEqual(expected);
      }
    }
    const copies = graph.routeKeys(name, ['a', 'b'], message('a.b'));
    expect(names(copies?.queues ?? [])).toEqual(model.route(name, ['a.b', 'a', 'b'], {}));
  }
}

describe('remembered routes', () => {
  it('are those of the model, after any changes anywhere', () => {
    fuzz(
      fc.property(fc.array(command, { size: '+1' }), (commands) => {
        const pair = new Pair();
        for (const run of commands) run(pair);
        checkAllRoutes(pair);
      }),
    );
  });

  it('are those of the model after each of many changes to exchanges that are in use', () => {
    fuzz(
      fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
        const pair = new Pair();
        for (const run of commands) {
          run(pair);
          checkAllRoutes(pair);
        }
      }),
    );
  });

  it('survive changes that do not concern them', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('front', 'topic');
    graph.declareExchange('back', 'topic');
    graph.bindExchange('front', 'back', '#', {});
    for (let i = 0; i < 100; i++) graph.bindQueue('back', queueNamed(`${i}`), 'a.*', {});
    // More queues than routes are interned for: the same object means it was remembered.
    const route = graph.route('front', message('a.b'));
    for (let i = 0; i < 200; i++) {
      graph.bindQueue('back', queueNamed('new'), `b.${i}.#`, {});
      expect(graph.route('front', message('a.b'))).toBe(route);
    }
    graph.bindQueue('back', queueNamed('new'), 'a.#', {});
    expect(graph.route('front', message('a.b'))).not.toBe(route);
  });
});
