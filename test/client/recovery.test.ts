import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/client/recovery/backoff.ts';
import { TopologyRecord } from '../../src/client/recovery/topology-record.ts';
import type { MethodToSend } from '../../src/wire/methods.ts';

const OPTIONS = {
  initialDelayMs: 100,
  maxDelayMs: 1000,
  factor: 2,
  jitter: 0.2,
  maxRetries: Infinity,
};

describe('the wait before an attempt', () => {
  it('grows by the factor up to the maximum', () => {
    const waits = [1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(OPTIONS, attempt, 0.5));
    expect(waits).toEqual([100, 200, 400, 800, 833, 833]);
  });

  it('varies by the jitter, and never exceeds the maximum', () => {
    expect([0, 1].map((random) => backoffMs(OPTIONS, 1, random))).toEqual([80, 120]);
    expect(backoffMs(OPTIONS, 50, 1)).toBe(1000);
  });
});

/** A record of requests that were all granted; queues without a name get `generated`. */
function recordOf(...requests: MethodToSend[]): TopologyRecord {
  const record = new TopologyRecord();
  for (const request of requests) {
    const queue = request.name === 'queue.declare' ? request.queue || 'generated' : '';
    record.answered(request, {
      name: 'queue.declare-ok',
      queue,
      messageCount: 0,
      consumerCount: 0,
    });
  }
  return record;
}

describe('the record of the topology', () => {
  const exchange: MethodToSend = { name: 'exchange.declare', exchange: 'e', type: 'topic' };
  const queue: MethodToSend = { name: 'queue.declare', queue: 'q' };
  const bind: MethodToSend = { name: 'queue.bind', queue: 'q', exchange: 'e', routingKey: 'k' };

  it('holds what was declared and bound', () => {
    const record = recordOf(exchange, queue, bind, bind);
    expect(record.exchangeDeclarations()).toEqual([exchange]);
    expect(record.queueDeclarations()).toEqual([{ name: 'q', method: queue }]);
    expect(record.bindingMethods()).toEqual([bind]);
  });

  it('holds nothing that was only looked at', () => {
    const record = recordOf({ ...exchange, passive: true }, { ...queue, passive: true });
    expect(record.exchangeDeclarations()).toEqual([]);
    expect(record.queueDeclarations()).toEqual([]);
  });

  it('forgets bindings with what they bound', () => {
    const other: MethodToSend = { name: 'exchange.bind', destination: 'd', source: 'e' };
    expect(
      recordOf(exchange, queue, bind, { name: 'queue.delete', queue: 'q' }).bindingMethods(),
    ).toEqual([]);
    expect(
      recordOf(exchange, bind, other, { name: 'exchange.delete', exchange: 'e' }).bindingMethods(),
    ).toEqual([]);
    expect(recordOf(bind, { ...bind, name: 'queue.unbind' }).bindingMethods()).toEqual([]);
    expect(recordOf(other, { ...other, name: 'exchange.unbind' }).bindingMethods()).toEqual([]);
  });

  it('asks for a new name where the broker had chosen one, and translates the old one', () => {
    const record = recordOf({ name: 'queue.declare', queue: '' }, { ...bind, queue: 'generated' });
    expect(record.queueDeclarations()).toEqual([
      { name: 'generated', method: { name: 'queue.declare', queue: '' } },
    ]);
    record.queueRenamed('generated', 'second');
    record.queueRenamed('second', 'third');
    expect(record.bindingMethods()).toEqual([{ ...bind, queue: 'third' }]);
    const purge: MethodToSend = { name: 'queue.purge', queue: 'generated' };
    expect(record.translated(purge)).toEqual({ name: 'queue.purge', queue: 'third' });
    expect(record.translated({ ...purge, queue: 'other' })).toEqual({ ...purge, queue: 'other' });
  });
});
