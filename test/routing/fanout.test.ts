import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

describe('a fanout exchange', () => {
  it('routes every message to every queue, whatever the keys', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('x', 'fanout');
    graph.bindQueue('x', queueNamed('one'), 'red', {});
    graph.bindQueue('x', queueNamed('two'), '', {});
    expect(routed(graph, 'x', message('blue'))).toEqual(['one', 'two']);
    expect(routed(graph, 'x', message(''))).toEqual(['one', 'two']);
  });

  it('follows bindings that come and go between messages', () => {
    const graph = new RoutingGraph<TestQueue>();
    const [one, two] = [queueNamed('one'), queueNamed('two')];
    graph.declareExchange('x', 'fanout');
    expect(routed(graph, 'x', message('a'))).toEqual([]);
    graph.bindQueue('x', one, '', {});
    expect(routed(graph, 'x', message('a'))).toEqual(['one']);
    graph.bindQueue('x', two, '', {});
    graph.unbindQueue('x', one, '', {});
    expect(routed(graph, 'x', message('a'))).toEqual(['two']);
  });

  it('does not look at the routing key', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('x', 'fanout');
    graph.bindQueue('x', queueNamed('one'), '', {});
    const route = graph.route('x', message('a'));
    expect(graph.route('x', message('b'))).toBe(route);
    expect(graph.exchange('x')?.memo).toBeNull();
  });
});
