import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headersBindingFault } from '../../src/routing/headers-binding.ts';
import { RoutingGraph } from '../../src/routing/routing-graph.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';
import { fuzz } from './fuzz.ts';
import { message } from './message.ts';
import { headersMatch } from './naive-matchers.ts';
import { queueNamed, routed, type TestQueue } from './queues.ts';

/** Whether a message with `headers` reaches a queue bound with `args`. */
function reaches(args: FieldTable, headers?: FieldTable): boolean {
  const graph = new RoutingGraph<TestQueue>();
  graph.declareExchange('x', 'headers');
  graph.bindQueue('x', queueNamed('q'), '', args);
  return routed(graph, 'x', message('', headers)).length === 1;
}

describe('a headers exchange', () => {
  it('wants all conditions by default', () => {
    const args = { format: 'pdf', pages: 3 };
    expect(reaches(args, { format: 'pdf', pages: 3, more: true })).toBe(true);
    expect(reaches(args, { format: 'pdf', pages: 4 })).toBe(false);
    expect(reaches(args, { format: 'pdf' })).toBe(false);
    expect(reaches(args)).toBe(false);
  });

  it('wants one condition in mode any', () => {
    const args = { 'x-match': 'any', format: 'pdf', pages: 3 };
    expect(reaches(args, { format: 'pdf' })).toBe(true);
    expect(reaches(args, { format: 'txt', pages: 3 })).toBe(true);
    expect(reaches(args, { format: 'txt' })).toBe(false);
  });

  it('ignores names with x- unless the mode says otherwise', () => {
    expect(reaches({ 'x-match': 'all', 'x-kind': 'a', format: 'pdf' }, { format: 'pdf' })).toBe(
      true,
    );
    expect(reaches({ 'x-match': 'any', 'x-kind': 'a' }, { 'x-kind': 'a' })).toBe(false);
    expect(reaches({ 'x-match': 'all-with-x', 'x-kind': 'a' }, { 'x-kind': 'b' })).toBe(false);
    expect(reaches({ 'x-match': 'all-with-x', 'x-kind': 'a' }, { 'x-kind': 'a' })).toBe(true);
    expect(reaches({ 'x-match': 'any-with-x', 'x-kind': 'a', b: 1 }, { 'x-kind': 'a' })).toBe(true);
  });

  it('matches everything without conditions in mode all, nothing in mode any', () => {
    expect(reaches({})).toBe(true);
    expect(reaches({ 'x-match': 'all' }, { a: 1 })).toBe(true);
    expect(reaches({ 'x-match': 'all-with-x' })).toBe(true);
    expect(reaches({ 'x-match': 'any' }, { a: 1 })).toBe(false);
    expect(reaches({ 'x-match': 'any-with-x' }, { 'x-match': 'any-with-x' })).toBe(false);
  });

  it('takes a void value for presence', () => {
    expect(reaches({ format: null }, { format: 'anything' })).toBe(true);
    expect(reaches({ format: null }, { format: null })).toBe(true);
    expect(reaches({ format: null }, { other: 'anything' })).toBe(false);
    expect(reaches({ format: 'pdf' }, { format: null })).toBe(false);
  });

  it('compares by value, numbers whatever their width', () => {
    expect(reaches({ n: 5 }, { n: { '!': 'int64', value: 5 } })).toBe(true);
    expect(reaches({ n: 5 }, { n: '5' })).toBe(false);
    expect(reaches({ n: 1 }, { n: true })).toBe(false);
    expect(reaches({ text: 'a' }, { text: Buffer.from('a') })).toBe(true);
    expect(reaches({ text: Buffer.of(0xff) }, { text: Buffer.of(0xfe) })).toBe(false);
    expect(reaches({ list: [1, ['a']] }, { list: [1, ['a']] })).toBe(true);
    expect(reaches({ list: [1, ['a']] }, { list: [[1], 'a'] })).toBe(false);
    expect(reaches({ table: { a: 1, b: 2 } }, { table: { b: 2, a: 1 } })).toBe(true);
    expect(reaches({ table: { a: 1 } }, { table: { a: 1, b: 2 } })).toBe(false);
  });

  it('is not led astray by names of inherited properties', () => {
    expect(reaches({ constructor: null }, { other: 1 })).toBe(false);
    expect(reaches({ constructor: 'a' }, { constructor: 'a' })).toBe(true);
  });

  it('says what is wrong with x-match', () => {
    expect(headersBindingFault({})).toBeNull();
    expect(headersBindingFault({ 'x-match': 'any-with-x' })).toBeNull();
    expect(headersBindingFault({ 'x-match': 'some' })).toMatch(/'some'; expected all, any/);
    expect(headersBindingFault({ 'x-match': 1 })).toMatch(/expected longstr/);
  });

  it('routes bindings and messages with thousands of headers', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`h${i}`, i]));
    expect(reaches(many, many)).toBe(true);
    expect(reaches({ ...many, h4999: 0 }, many)).toBe(false);
    expect(reaches({ 'x-match': 'any', ...many }, many)).toBe(true);
  });

  it('does not remember routes by routing key', () => {
    const graph = new RoutingGraph<TestQueue>();
    graph.declareExchange('front', 'direct');
    graph.declareExchange('x', 'headers');
    graph.bindExchange('front', 'x', 'key', {});
    graph.bindQueue('x', queueNamed('pdf'), '', { format: 'pdf' });
    graph.bindQueue('x', queueNamed('txt'), '', { format: 'txt' });
    for (const format of ['pdf', 'txt', 'pdf']) {
      expect(routed(graph, 'x', message('key', { format }))).toEqual([format]);
      expect(routed(graph, 'front', message('key', { format }))).toEqual([format]);
    }
  });

  it('agrees with the model while bindings come and go', () => {
    const name = fc.constantFrom('a', 'b', 'x-c', 'constructor');
    const value = fc.constantFrom<null | number | string | boolean>(null, 1, 2, '1', true);
    const table = fc.dictionary(name, value, { maxKeys: 4 });
    const mode = fc.constantFrom('all', 'any', 'all-with-x', 'any-with-x', undefined);
    const args = fc
      .tuple(table, mode)
      .map(([t, m]) => (m === undefined ? t : { ...t, 'x-match': m }));
    fuzz(
      fc.property(fc.array(args), fc.array(table), fc.nat(9), (bound, sent, gone) => {
        const graph = new RoutingGraph<TestQueue>();
        graph.declareExchange('x', 'headers');
        const entries = bound.map((a, i) => ({ queue: queueNamed(`${i}`), args: a }));
        for (const entry of entries) graph.bindQueue('x', entry.queue, '', entry.args);
        for (const entry of entries.splice(gone)) graph.removeQueue(entry.queue);
        for (const headers of sent) {
          const expected = entries.filter((entry) => headersMatch(entry.args, headers));
          const names = expected.map((entry) => entry.queue.name).sort();
          expect(routed(graph, 'x', message('', headers))).toEqual(names);
        }
      }),
    );
  });
});
