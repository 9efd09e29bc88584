import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import { fuzz } from './fuzz.ts';
import { message } from './message.ts';
import { topicMatches, wordsOf } from './naive-matchers.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

function graphWithTopic(...patterns: string[]): RoutingGraph<TestQueue> {
  const graph = new RoutingGraph<TestQueue>();
  graph.declareExchange('x', 'topic');
  for (const pattern of patterns) graph.bindQueue('x', queueNamed(pattern), pattern, {});
  return graph;
}

describe('a topic exchange', () => {
  it('matches literal patterns exactly', () => {
    const graph = graphWithTopic('a.b', 'a');
    expect(routed(graph, 'x', message('a.b'))).toEqual(['a.b']);
    expect(routed(graph, 'x', message('a'))).toEqual(['a']);
    expect(routed(graph, 'x', message('a.b.c'))).toEqual([]);
  });

  it('takes * for exactly one word', () => {
    const graph = graphWithTopic('*', 'a.*', '*.b');
    expect(routed(graph, 'x', message('a'))).toEqual(['*']);
    expect(routed(graph, 'x', message('a.b'))).toEqual(['*.b', 'a.*']);
    expect(routed(graph, 'x', message('a.b.c'))).toEqual([]);
    expect(routed(graph, 'x', message(''))).toEqual([]);
  });

  it('takes # for any number of words, also none', () => {
    const graph = graphWithTopic('#', 'a.#', '#.b', 'a.#.b');
    expect(routed(graph, 'x', message(''))).toEqual(['#']);
    expect(routed(graph, 'x', message('a'))).toEqual(['#', 'a.#']);
    expect(routed(graph, 'x', message('a.b'))).toEqual(['#', '#.b', 'a.#', 'a.#.b']);
    expect(routed(graph, 'x', message('a.x.y.b'))).toEqual(['#', '#.b', 'a.#', 'a.#.b']);
  });

  it('counts empty words', () => {
    const graph = graphWithTopic('*.*', 'a..b', 'a.');
    expect(routed(graph, 'x', message('.'))).toEqual(['*.*']);
    expect(routed(graph, 'x', message('a..b'))).toEqual(['a..b']);
    expect(routed(graph, 'x', message('a.'))).toEqual(['*.*', 'a.']);
  });

  it('takes wildcards inside a word literally', () => {
    const graph = graphWithTopic('a*', '#b');
    expect(routed(graph, 'x', message('ab'))).toEqual([]);
    expect(routed(graph, 'x', message('a*'))).toEqual(['a*']);
  });

  it('matches an empty pattern with the empty key alone', () => {
    const graph = graphWithTopic('');
    expect(routed(graph, 'x', message(''))).toEqual(['']);
    expect(routed(graph, 'x', message('a'))).toEqual([]);
  });

  it('is not slowed down by patterns with many wildcards', () => {
    const graph = graphWithTopic('#.a.'.repeat(30).concat('b'), '#.*.'.repeat(30).concat('b'));
    // Trying the ways one after the other would take more steps than there are atoms in a cat.
    expect(routed(graph, 'x', message('a.'.repeat(120).concat('c')))).toEqual([]);
  });

  it('agrees with the model while patterns come and go', () => {
    const word = fc.constantFrom('a', 'b', '', '*', '#');
    const pattern = fc.array(word, { maxLength: 5 }).map((words) => words.join('.'));
    const key = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 6 }).map((w) => w.join('.'));
    const patterns = fc.uniqueArray(pattern, { maxLength: 12 });
    fuzz(
      fc.property(patterns, fc.array(key), fc.nat(11), (bound, keys, gone) => {
        const graph = graphWithTopic();
        const queues = bound.map(queueNamed);
        for (const queue of queues) graph.bindQueue('x', queue, queue.name, {});
        for (const queue of queues.splice(gone)) graph.unbindQueue('x', queue, queue.name, {});
        for (const sent of keys) {
          const expected = queues
            .map((queue) => queue.name)
            .filter((name) => topicMatches(wordsOf(name), wordsOf(sent)));
          expect(routed(graph, 'x', message(sent))).toEqual(expected.sort());
        }
      }),
    );
  });
});
