import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { names, queueNamed, routed, type TestQueue } from './queues.ts';

function graphWithAlternate(): RoutingGraph<TestQueue> {
  const graph = new RoutingGraph<TestQueue>();
  graph.declareExchange('x', 'direct', 'other');
  graph.bindQueue('x', queueNamed('one'), 'known', {});
  return graph;
}

describe('an alternate exchange', () => {
  it('gets the messages that match no binding, and only those', () => {
    const graph = graphWithAlternate();
    graph.declareExchange('other', 'fanout');
    graph.bindQueue('other', queueNamed('rest'), '', {});
    expect(routed(graph, 'x', message('known'))).toEqual(['one']);
    expect(routed(graph, 'x', message('unknown'))).toEqual(['rest']);
  });

  it('need not exist when it is named, nor stay', () => {
    const graph = graphWithAlternate();
    const rest = queueNamed('rest');
    expect(routed(graph, 'x', message('unknown'))).toEqual([]);
    graph.declareExchange('other', 'fanout');
    graph.bindQueue('other', rest, '', {});
    expect(routed(graph, 'x', message('unknown'))).toEqual(['rest']);
    graph.deleteExchange('other');
    expect(routed(graph, 'x', message('unknown'))).toEqual([]);
    graph.declareExchange('other', 'direct');
    graph.bindQueue('other', rest, 'unknown', {});
    expect(routed(graph, 'x', message('unknown'))).toEqual(['rest']);
  });

  it('can be changed and taken away', () => {
    const graph = graphWithAlternate();
    for (const name of ['other', 'another']) {
      graph.declareExchange(name, 'fanout');
      graph.bindQueue(name, queueNamed(`queue of ${name}`), '', {});
    }
    expect(routed(graph, 'x', message('unknown'))).toEqual(['queue of other']);
    graph.setAlternate('x', 'another');
    expect(routed(graph, 'x', message('unknown'))).toEqual(['queue of another']);
    graph.setAlternate('x', null);
    expect(routed(graph, 'x', message('unknown'))).toEqual([]);
  });

  it('may have one itself, also in a circle', () => {
    const graph = graphWithAlternate();
    graph.declareExchange('other', 'direct', 'third');
    graph.declareExchange('third', 'direct', 'x');
    graph.bindQueue('third', queueNamed('three'), 'key', {});
    expect(routed(graph, 'x', message('key'))).toEqual(['three']);
    expect(routed(graph, 'third', message('known'))).toEqual(['one']);
    expect(routed(graph, 'third', message('unknown'))).toEqual([]);
  });

  it('stands in for a fanout exchange without bindings', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('x', 'fanout', 'other');
    graph.declareExchange('other', 'direct');
    graph.bindQueue('other', queueNamed('rest'), 'a', {});
    expect(routed(graph, 'x', message('a'))).toEqual(['rest']);
    expect(routed(graph, 'x', message('b'))).toEqual([]);
    graph.bindQueue('x', queueNamed('one'), '', {});
    expect(routed(graph, 'x', message('a'))).toEqual(['one']);
  });

  it('does not stand in for an exchange that passes the message on, even to no queue', () => {
    const graph = graphWithAlternate();
    graph.declareExchange('other', 'fanout');
    graph.bindQueue('other', queueNamed('rest'), '', {});
    graph.declareExchange('next', 'fanout');
    graph.bindExchange('x', 'next', 'key', {});
    expect(routed(graph, 'x', message('key'))).toEqual([]);
  });

  it('stands in wherever the message comes by', () => {
    const graph = graphWithAlternate();
    graph.declareExchange('other', 'fanout');
    graph.bindQueue('other', queueNamed('rest'), '', {});
    graph.declareExchange('front', 'fanout');
    graph.bindExchange('front', 'x', '', {});
    expect(routed(graph, 'front', message('unknown'))).toEqual(['rest']);
  });

  it('gets nothing if any of several keys matches', () => {
    const graph = graphWithAlternate();
    graph.declareExchange('other', 'fanout');
    graph.bindQueue('other', queueNamed('rest'), '', {});
    const route = graph.routeKeys('x', ['known'], message('unknown'));
    expect(names(route?.queues ?? [])).toEqual(['one']);
  });
});
