import type { ExchangeType } from '../../src/routing/matcher.ts';
import type { FieldTable } from '../../src/wire/field-table.ts';
import { headersMatch, topicMatches, wordsOf } from './naive-matchers.ts';

interface NaiveBinding {
  readonly source: string;
  readonly kind: 'queue' | 'exchange';
  readonly destination: string;
  readonly key: string;
  readonly args: FieldTable;
}

/** Routes by looking at every binding and remembers nothing: the model of the routing graph. */
export class NaiveRouter {
  private readonly exchanges = new Map<string, { type: ExchangeType; alternate: string | null }>();
  private bindings: NaiveBinding[] = [];

  declareExchange(name: string, type: ExchangeType, alternate: string | null): void {
    if (!this.exchanges.has(name)) this.exchanges.set(name, { type, alternate });
  }

  setAlternate(name: string, alternate: string | null): void {
    const exchange = this.exchanges.get(name);
    if (exchange !== undefined) exchange.alternate = alternate;
  }

  deleteExchange(name: string): void {
    this.exchanges.delete(name);
    this.bindings = this.bindings.filter(
      (b) => b.source !== name && !(b.kind === 'exchange' && b.destination === name),
    );
  }

  bind(binding: NaiveBinding): void {
    this.unbind(binding);
    this.bindings.push(binding);
  }

  unbind(binding: NaiveBinding): void {
    const identity = JSON.stringify(binding);
    this.bindings = this.bindings.filter((b) => JSON.stringify(b) !== identity);
  }

  removeQueue(queue: string): void {
    this.bindings = this.bindings.filter((b) => b.kind === 'exchange' || b.destination !== queue);
  }

  /** The sorted names of the queues. */
  route(start: string, keys: readonly string[], headers: FieldTable): string[] {
    const queues = new Set<string>();
    const visited = new Set([start]);
    for (const name of visited) {
      const exchange = this.exchanges.get(name);
      if (exchange === undefined) continue;
      const matching = this.bindings
        .filter((b) => b.source === name)
        .filter((b) => keys.some((key) => matches(exchange.type, b, key, headers)));
      if (matching.length === 0 && exchange.alternate !== null) visited.add(exchange.alternate);
      for (const b of matching) (b.kind === 'queue' ? queues : visited).add(b.destination);
    }
    return [...queues].sort();
  }
}

function matches(
  type: ExchangeType,
  binding: NaiveBinding,
  key: string,
  headers: FieldTable,
): boolean {
  switch (type) {
    case 'direct':
      return binding.key === key;
    case 'fanout':
      return true;
    case 'topic':
      return topicMatches(wordsOf(binding.key), wordsOf(key));
    case 'headers':
      return headersMatch(binding.args, headers);
  }
}
