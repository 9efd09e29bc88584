import { describe, expect, it } from 'vitest';
import { DEFAULT_EXCHANGE, RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

describe('the default exchange', () => {
  it('routes to the queue of that name', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.addQueue('one', queueNamed('one'));
    graph.addQueue('two', queueNamed('two'));
    expect(routed(graph, DEFAULT_EXCHANGE, message('two'))).toEqual(['two']);
    expect(routed(graph, DEFAULT_EXCHANGE, message('three'))).toEqual([]);
  });

  it('notices when a queue comes, goes and comes back', () => {
    const graph = new RoutingGraph<TestQueue>();
    const [first, second] = [queueNamed('first'), queueNamed('second')];
    expect(routed(graph, '', message('q'))).toEqual([]);
    graph.addQueue('q', first);
    expect(routed(graph, '', message('q'))).toEqual(['first']);
    graph.removeQueue(first);
    expect(routed(graph, '', message('q'))).toEqual([]);
    graph.addQueue('q', second);
    expect(routed(graph, '', message('q'))).toEqual(['second']);
  });
});
