import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

describe('bindings between exchanges', () => {
  it('pass on what matches, with the same routing key', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('front', 'topic');
    graph.declareExchange('back', 'direct');
    graph.bindExchange('front', 'back', 'a.*', {});
    graph.bindQueue('back', queueNamed('one'), 'a.b', {});
    graph.bindQueue('back', queueNamed('two'), 'c', {});
    expect(routed(graph, 'front', message('a.b'))).toEqual(['one']);
    expect(routed(graph, 'front', message('a.c'))).toEqual([]);
    expect(routed(graph, 'front', message('c'))).toEqual([]);
  });

  it('give a queue reached on two ways one copy', () => {
    const graph = new RoutingGraph<TestQueue>();
    const queue = queueNamed('one');
    for (const name of ['top', 'left', 'right', 'bottom']) graph.declareExchange(name, 'fanout');
    graph.bindExchange('top', 'left', '', {});
    graph.bindExchange('top', 'right', '', {});
    graph.bindExchange('left', 'bottom', '', {});
    graph.bindExchange('right', 'bottom', '', {});
    graph.bindQueue('bottom', queue, '', {});
    graph.bindQueue('left', queue, '', {});
    expect(routed(graph, 'top', message(''))).toEqual(['one']);
  });

  it('may go in circles', () => {
    const graph = new RoutingGraph<TestQueue>();
    for (const name of ['a', 'b', 'c']) {
      graph.declareExchange(name, 'fanout');
      graph.bindQueue(name, queueNamed(name), '', {});
    }
    graph.bindExchange('a', 'b', '', {});
    graph.bindExchange('b', 'c', '', {});
    graph.bindExchange('c', 'a', '', {});
    graph.bindExchange('a', 'a', '', {});
    for (const name of ['a', 'b', 'c']) {
      expect(routed(graph, name, message(''))).toEqual(['a', 'b', 'c']);
    }
    graph.bindQueue('c', queueNamed('new'), '', {});
    for (const name of ['a', 'b', 'c']) {
      expect(routed(graph, name, message(''))).toEqual(['a', 'b', 'c', 'new']);
    }
  });

  it('last until the last of several between two exchanges is gone', () => {
    const graph = new RoutingGraph<TestQueue>();
    const queue = queueNamed('one');
    graph.declareExchange('front', 'direct');
    graph.declareExchange('back', 'fanout');
    graph.bindExchange('front', 'back', 'a', {});
    graph.bindExchange('front', 'back', 'b', {});
    expect(routed(graph, 'front', message('b'))).toEqual([]);
    graph.unbindExchange('front', 'back', 'a', {});
    graph.bindQueue('back', queue, '', {});
    expect(routed(graph, 'front', message('a'))).toEqual([]);
    expect(routed(graph, 'front', message('b'))).toEqual(['one']);
    expect(graph.unbindExchange('front', 'back', 'b', {})).toBe(true);
    expect(routed(graph, 'front', message('b'))).toEqual([]);
  });
});
