import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { names, queueNamed, type TestQueue } from './queues.ts';

describe('routing by several keys', () => {
  it('finds the queues of the own key and of all others, each once', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('x', 'topic');
    graph.bindQueue('x', queueNamed('a'), 'a.#', {});
    graph.bindQueue('x', queueNamed('b'), 'b', {});
    graph.bindQueue('x', queueNamed('c'), 'c', {});
    const route = graph.routeKeys('x', ['b', 'a.1', 'a.2'], message('a'));
    expect(names(route?.queues ?? [])).toEqual(['a', 'b']);
  });

  it('does not change where the own key alone leads', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.addQueue('a', queueNamed('a'));
    graph.addQueue('b', queueNamed('b'));
    expect(names(graph.routeKeys('', ['b'], message('a'))?.queues ?? [])).toEqual(['a', 'b']);
    expect(names(graph.route('', message('a'))?.queues ?? [])).toEqual(['a']);
  });

  it('needs an exchange that exists', () => {
    expect(new RoutingGraph<TestQueue>().routeKeys('x', ['b'], message('a'))).toBeNull();
  });
});
