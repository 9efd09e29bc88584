import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

describe('a route', () => {
  it('is the same object for all routing keys that lead to the same queues', () => {
    const graph = new RoutingGraph<TestQueue>();
    const [one, two] = [queueNamed('one'), queueNamed('two')];
    graph.declareExchange('x', 'topic');
    graph.declareExchange('y', 'direct');
    graph.bindQueue('x', one, 'a.#', {});
    expect(graph.route('x', message('a.1'))).toBe(graph.route('x', message('a.2')));
    graph.bindQueue('x', two, '#', {});
    graph.bindQueue('y', two, 'a', {});
    graph.bindQueue('y', one, 'a', {});
    expect(graph.route('x', message('a.1'))).toBe(graph.route('x', message('a.2')));
    expect(graph.route('x', message('a.1'))).toBe(graph.route('y', message('a')));
    expect(graph.route('x', message('b'))).not.toBe(graph.route('x', message('a')));
    expect(graph.route('y', message('b'))).toBe(graph.route('y', message('c')));
  });

  it('never changes', () => {
    const graph = new RoutingGraph<TestQueue>();
    const [one, two] = [queueNamed('one'), queueNamed('two')];
    graph.declareExchange('x', 'fanout');
    graph.bindQueue('x', one, '', {});
    graph.bindQueue('x', two, '', {});
    const before = graph.route('x', message(''));
    graph.removeQueue(one);
    expect(before?.queues).toEqual([one, two]);
    expect(routed(graph, 'x', message(''))).toEqual(['two']);
  });

  it('to many queues reaches each of them', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('x', 'fanout');
    for (let i = 0; i < 1000; i++) graph.bindQueue('x', queueNamed(`${i}`), '', {});
    expect(new Set(routed(graph, 'x', message(''))).size).toBe(1000);
  });
});
