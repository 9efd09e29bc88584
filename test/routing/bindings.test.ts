import { describe, expect, it } from 'vitest';
import type { Binding } from '../../src/routing/nodes.ts';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { message } from './message.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

function describeBindings(bindings: readonly Binding<TestQueue>[]): string[] {
  return bindings.map((binding) => {
    const target = binding.queue === null ? `exchange ${binding.exchangeName}` : binding.queue.name;
    return `${binding.sourceName} -${binding.routingKey}-> ${target}`;
  });
}

function graphWithTwo(): RoutingGraph<TestQueue> {
  const graph = new RoutingGraph<TestQueue>();
  graph.declareExchange('x', 'direct');
  graph.declareExchange('y', 'topic');
  return graph;
}

describe('bindings', () => {
  it('are the same if exchange, destination, routing key and arguments are', () => {
    const graph = graphWithTwo();
    const [one, two] = [queueNamed('one'), queueNamed('two')];
    expect(graph.bindQueue('x', one, 'k', { a: 1, b: 'c' })).toBe(true);
    expect(graph.bindQueue('x', one, 'k', { b: 'c', a: 1 })).toBe(false);
    expect(graph.bindQueue('y', one, 'k', { a: 1, b: 'c' })).toBe(true);
    expect(graph.bindQueue('x', two, 'k', { a: 1, b: 'c' })).toBe(true);
    expect(graph.bindQueue('x', one, 'l', { a: 1, b: 'c' })).toBe(true);
    expect(graph.bindQueue('x', one, 'k', { a: 1 })).toBe(true);
    expect(graph.bindingCount('x')).toBe(4);
  });

  it('go once', () => {
    const graph = graphWithTwo();
    const queue = queueNamed('one');
    graph.bindQueue('x', queue, 'k', { a: 1 });
    expect(graph.unbindQueue('x', queue, 'k', {})).toBe(false);
    expect(graph.unbindQueue('x', queue, 'k', { a: 1 })).toBe(true);
    expect(graph.unbindQueue('x', queue, 'k', { a: 1 })).toBe(false);
    expect(graph.unbindQueue('nowhere', queue, 'k', {})).toBe(false);
    expect(graph.bindingCount('x')).toBe(0);
  });

  it('are listed by exchange and by queue', () => {
    const graph = graphWithTwo();
    const queue = queueNamed('one');
    graph.addQueue('one', queue);
    graph.bindQueue('y', queue, 'k.#', {});
    graph.bindExchange('y', 'x', 'l', {});
    expect(describeBindings(graph.bindingsOf(queue))).toEqual([' -one-> one', 'y -k.#-> one']);
    expect(describeBindings(graph.bindings('y'))).toEqual(['y -k.#-> one', 'y -l-> exchange x']);
    expect(graph.bindingsOf(queueNamed('stranger'))).toEqual([]);
  });

  it('go with their queue, which reports them', () => {
    const graph = graphWithTwo();
    const [one, two] = [queueNamed('one'), queueNamed('two')];
    graph.bindQueue('x', one, 'k', {});
    graph.bindQueue('y', one, '#', {});
    graph.bindQueue('y', two, '#', {});
    expect(routed(graph, 'y', message('k'))).toEqual(['one', 'two']);
    expect(describeBindings(graph.removeQueue(one))).toEqual(['x -k-> one', 'y -#-> one']);
    expect(routed(graph, 'x', message('k'))).toEqual([]);
    expect(routed(graph, 'y', message('k'))).toEqual(['two']);
    expect(graph.bindingCount('x')).toBe(0);
    expect(graph.removeQueue(one)).toEqual([]);
  });

  it('go with the exchange at either end, which reports them', () => {
    const graph = graphWithTwo();
    graph.declareExchange('z', 'fanout');
    const queue = queueNamed('one');
    graph.bindQueue('x', queue, 'k', {});
    graph.bindExchange('y', 'x', '#', {});
    graph.bindExchange('x', 'x', 'k', {});
    graph.bindExchange('x', 'z', 'k', {});
    expect(routed(graph, 'y', message('k'))).toEqual(['one']);
    expect(describeBindings(graph.deleteExchange('x'))).toEqual([
      'x -k-> one',
      'x -k-> exchange x',
      'x -k-> exchange z',
      'y -#-> exchange x',
    ]);
    expect(graph.hasExchange('x')).toBe(false);
    expect(graph.route('x', message('k'))).toBeNull();
    expect(routed(graph, 'y', message('k'))).toEqual([]);
    expect(graph.bindingCount('y')).toBe(0);
    expect(graph.bindingsOf(queue)).toEqual([]);
  });

  it('are gone when an exchange comes back under its name', () => {
    const graph = graphWithTwo();
    const queue = queueNamed('one');
    graph.bindQueue('x', queue, 'k', {});
    const old = graph.exchange('x');
    expect(routed(graph, 'x', message('k'))).toEqual(['one']);
    graph.deleteExchange('x');
    expect(graph.declareExchange('x', 'fanout')).toBe(true);
    expect(routed(graph, 'x', message('k'))).toEqual([]);
    expect(old && graph.routeFrom(old, message('k')).queues).toEqual([]);
  });

  it('need exchanges that exist', () => {
    const graph = graphWithTwo();
    expect(() => graph.bindQueue('nowhere', queueNamed('one'), 'k', {})).toThrow(/'nowhere'/);
    expect(() => graph.bindExchange('x', 'nowhere', 'k', {})).toThrow(/'nowhere'/);
    expect(graph.unbindExchange('x', 'nowhere', 'k', {})).toBe(false);
    expect(graph.declareExchange('x', 'topic')).toBe(false);
  });
});
