import { beforeEach, describe, expect, it } from 'vitest';
import { NO_RULES } from '../../src/amqp-control/queues/queue-rules.ts';
import {
  keysWithoutMeaning,
  type PolicyKind,
  type PolicyRequest,
} from '../../src/amqp-control/topology/policy.ts';
import { PolicyBook, policyRules } from '../../src/amqp-control/topology/policy-book.ts';

function request(given: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    name: 'name',
    pattern: '.*',
    applyTo: 'all',
    priority: 0,
    definition: { 'max-length': 10 },
    ...given,
  };
}

describe('policies', () => {
  let book: PolicyBook;

  beforeEach(() => {
    book = new PolicyBook('/');
  });

  function rulesOf(queue: string) {
    return policyRules(book.forQueue(queue));
  }

  it('apply to names that match anywhere', () => {
    book.put('policy', request({ pattern: 'b' }));
    expect(rulesOf('abc').maxLength).toBe(10);
    expect(rulesOf('ac')).toEqual(NO_RULES);
  });

  it.each([
    ['all', true, true],
    ['queues', true, false],
    ['exchanges', false, true],
    ['classic_queues', true, false],
    ['quorum_queues', false, false],
    ['streams', false, false],
  ] as const)(
    'that apply to %s concern queues: %s, exchanges: %s',
    (applyTo, queues, exchanges) => {
      const definition = { 'alternate-exchange': 'x', 'max-length': 1 };
      book.put('policy', request({ applyTo, definition }));
      expect(book.forQueue('a').policy !== null).toBe(queues);
      expect(book.forExchange('a').policy !== null).toBe(exchanges);
    },
  );

  it('count one at a time, the one of the highest priority', () => {
    book.put('policy', request({ name: 'low', priority: 1, definition: { 'message-ttl': 5 } }));
    book.put('policy', request({ name: 'high', priority: 2 }));
    expect(rulesOf('a')).toEqual({ ...NO_RULES, maxLength: 10 });
    book.delete('policy', 'high');
    expect(rulesOf('a')).toEqual({ ...NO_RULES, messageTtlMs: 5 });
  });

  it('are bounded by operator policies, whatever their priority', () => {
    const definition = { 'max-length': 10, 'message-ttl': 100, overflow: 'reject-publish' };
    book.put('policy', request({ priority: 9, definition }));
    book.put(
      'operator policy',
      request({ definition: { 'max-length': 50, 'message-ttl': 50, expires: 7 } }),
    );
    expect(rulesOf('a')).toEqual({
      ...NO_RULES,
      maxLength: 10,
      messageTtlMs: 50,
      expiresMs: 7,
      overflow: 'reject-publish',
    });
  });

  it.each<[string, PolicyKind, Partial<PolicyRequest>, string]>([
    ['an unknown key', 'policy', { definition: { 'max-lenght': 1 } }, "'max-lenght' can't be set"],
    ['an argument', 'policy', { definition: { 'max-priority': 1 } }, "'max-priority' can't be set"],
    ['a wrong type', 'policy', { definition: { 'max-length': '1' } }, 'max-length: must be an int'],
    ['a wrong word', 'policy', { definition: { overflow: 'x' } }, 'must be one of drop-head'],
    ['a bad pattern', 'policy', { pattern: '(' }, "policy 'name': pattern: Invalid regular"],
    ['nothing', 'policy', { definition: {} }, 'the definition is empty'],
    [
      "an operator's dead letters",
      'operator policy',
      { definition: { 'dead-letter-exchange': 'x' } },
      "operator policy 'name': 'dead-letter-exchange' can't be set",
    ],
  ])('are refused for %s', (_, kind, given, text) => {
    expect(() => book.put(kind, request(given))).toThrow(text);
    expect(book.policies(kind).size).toBe(0);
  });

  it("accept RabbitMQ's settings that mean nothing here, and name them", () => {
    const policy = book.put('policy', request({ definition: { 'ha-mode': 'all', expires: 1 } }));
    expect(keysWithoutMeaning(policy)).toEqual(['ha-mode']);
    expect(rulesOf('a')).toEqual({ ...NO_RULES, expiresMs: 1 });
  });
});
