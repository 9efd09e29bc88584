import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message, messageWithKeyOctets } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

function graphWithDirect(): RoutingGraph<TestQueue> {
  const graph = new RoutingGraph<TestQueue>();
  graph.declareExchange('x', 'direct');
  return graph;
}

describe('a direct exchange', () => {
  it('routes to the queues bound with the same routing key', () => {
    const graph = graphWithDirect();
    graph.bindQueue('x', queueNamed('one'), 'red', {});
    graph.bindQueue('x', queueNamed('two'), 'red', {});
    graph.bindQueue('x', queueNamed('three'), 'blue', {});
    expect(routed(graph, 'x', message('red'))).toEqual(['one', 'two']);
    expect(routed(graph, 'x', message('blue'))).toEqual(['three']);
    expect(routed(graph, 'x', message('re'))).toEqual([]);
    expect(routed(graph, 'x', message(''))).toEqual([]);
  });

  it('takes wildcards literally', () => {
    const graph = graphWithDirect();
    graph.bindQueue('x', queueNamed('one'), '#', {});
    expect(routed(graph, 'x', message('red'))).toEqual([]);
    expect(routed(graph, 'x', message('#'))).toEqual(['one']);
  });

  it('routes keys that are empty, 255 octets long or not ASCII', () => {
    const graph = graphWithDirect();
    for (const key of ['', 'x'.repeat(255), 'żółć']) {
      graph.bindQueue('x', queueNamed(`queue ${key}`), key, {});
      expect(routed(graph, 'x', message(key))).toEqual([`queue ${key}`]);
    }
  });

  it('gives a queue bound twice one copy', () => {
    const graph = graphWithDirect();
    const queue = queueNamed('one');
    graph.bindQueue('x', queue, 'red', {});
    graph.bindQueue('x', queue, 'red', { note: 'another binding' });
    expect(routed(graph, 'x', message('red'))).toEqual(['one']);
    graph.unbindQueue('x', queue, 'red', {});
    expect(routed(graph, 'x', message('red'))).toEqual(['one']);
    graph.unbindQueue('x', queue, 'red', { note: 'another binding' });
    expect(routed(graph, 'x', message('red'))).toEqual([]);
  });

  it('keeps the other bindings of a key when one goes, whichever it is', () => {
    for (const gone of [0, 1, 2]) {
      const graph = graphWithDirect();
      const queues = ['0', '1', '2'].map(queueNamed);
      for (const queue of queues) graph.bindQueue('x', queue, 'red', {});
      graph.unbindQueue('x', queues[gone], 'red', {});
      const left = ['0', '1', '2'].filter((name) => name !== String(gone));
      expect(routed(graph, 'x', message('red'))).toEqual(left);
    }
  });

  it('does not keep routing a key that is not UTF-8 after its binding is gone', () => {
    const graph = graphWithDirect();
    const queue = queueNamed('one');
    const notUtf8 = messageWithKeyOctets(Buffer.of(0xff));
    graph.bindQueue('x', queue, '\ufffd', {});
    expect(routed(graph, 'x', notUtf8)).toEqual(['one']);
    graph.unbindQueue('x', queue, '\ufffd', {});
    expect(routed(graph, 'x', notUtf8)).toEqual([]);
  });
});
