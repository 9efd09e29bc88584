import { beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../crash/model/ledger.ts';
import { bindingName, type Declaration, Topology } from '../../crash/model/topology.ts';

let ledger: Ledger;
let topology: Topology;
beforeEach(() => {
  ledger = new Ledger();
  topology = new Topology();
});

function declaration(durable: boolean, exclusive = false): Declaration {
  return { type: '', durable, autoDelete: false, exclusive, arguments: {} };
}

function declareQueue(name: string, durable = true, exclusive = false): void {
  topology.declared(topology.declaring('queues', name, declaration(durable, exclusive)));
}

function crashAndFind(
  queues: string[],
  bindings: string[] = [],
  exchanges: string[] = [],
): string[] {
  topology.crashed();
  const found = { queues: new Set(queues), exchanges: new Set(exchanges), differing: [] };
  topology.compare({ ...found, bindings: new Set(bindings) }, ledger);
  return ledger.findings.map(({ text }) => text);
}

describe('the topology after a crash', () => {
  it('has every durable queue whose declaration was answered', () => {
    declareQueue('q');
    expect(crashAndFind([])).toEqual(['queue q is missing']);
  });

  it('has no transient and no exclusive queue', () => {
    declareQueue('transient', false);
    declareQueue('exclusive', true, true);
    expect(crashAndFind(['transient', 'exclusive'])).toEqual([
      'queue transient is there and must not be',
      'queue exclusive is there and must not be',
    ]);
  });

  it('may or may not have what was not answered', () => {
    topology.declaring('queues', 'q', declaration(true));
    expect(crashAndFind([])).toEqual([]);
    topology.declaring('queues', 'q', declaration(true));
    expect(crashAndFind(['q'])).toEqual([]);
    expect(crashAndFind([])).toEqual(['queue q is missing']);
  });

  it('has nothing that was deleted', () => {
    declareQueue('q');
    const entity = topology.queues.get('q');
    if (entity === undefined) throw new Error('no entity');
    topology.deleting(entity);
    topology.deleted(entity);
    expect(crashAndFind(['q'])).toEqual(['queue q is there and must not be']);
  });

  it('keeps a queue that was declared once more without an answer', () => {
    declareQueue('q');
    topology.declaring('queues', 'q', declaration(true));
    expect(crashAndFind([])).toEqual(['queue q is missing']);
  });

  it('has the bindings that were answered, and no others', () => {
    declareQueue('q');
    topology.declared(topology.declaring('exchanges', 'x', declaration(true)));
    topology.rebinding('x', 'q', 'bound', 'there').existence = 'there';
    topology.rebinding('x', 'q', 'unbound', 'absent').existence = 'absent';
    topology.rebinding('x', 'q', 'open', 'there');
    const found = [bindingName('x', 'q', 'unbound')];
    expect(crashAndFind(['q'], found, ['x'])).toEqual([
      'binding x -> q (bound) is missing',
      'binding x -> q (unbound) is there and must not be',
    ]);
  });
});
