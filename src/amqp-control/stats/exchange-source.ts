import type { BrokerCore } from '../broker-core.ts';
import type { Exchange } from '../topology/exchange.ts';
import { describePolicies } from './describe-policies.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { plainTable } from './plain-table.ts';

/** Exchanges of all virtual hosts. */
export class ExchangeSource implements ObjectSource<Exchange> {
  readonly kind = 'exchange';
  readonly columns = ['publish_in', 'publish_out'] as const;
  private readonly core: BrokerCore;
  private policyRevision = 0;
  private readonly vhosts = new WeakMap<Exchange, string>();

  constructor(core: BrokerCore) {
    this.core = core;
    core.vhostBook.observers.add(({ kind }) => {
      if (kind === 'policyPut' || kind === 'policyDeleted') this.policyRevision++;
    });
  }

  *all(): Iterable<Exchange> {
    for (const vhost of this.core.vhosts.values()) {
      for (const exchange of vhost.exchanges.values()) {
        if (!this.vhosts.has(exchange)) this.vhosts.set(exchange, vhost.name);
        yield exchange;
      }
    }
  }

  find(vhost: string, name: string): Exchange | null {
    const exchange = this.core.vhosts.get(vhost)?.exchanges.get(name) ?? null;
    if (exchange !== null) this.vhosts.set(exchange, vhost);
    return exchange;
  }

  describe(exchange: Exchange): Description {
    const vhost = this.vhosts.get(exchange) ?? '';
    return {
      name: exchange.name,
      vhost,
      type: exchange.type,
      durable: exchange.durable,
      auto_delete: exchange.autoDelete,
      internal: exchange.internal,
      arguments: plainTable(exchange.table),
      ...describePolicies(this.core.vhosts.get(vhost)?.policies.forExchange(exchange.name)),
    };
  }

  /** A policy says something else of any of them. */
  revision(): number {
    return this.policyRevision;
  }

  read({ counts }: Exchange, row: Float64Array, at: number): void {
    row[at] = counts.in;
    row[at + 1] = counts.out;
  }
}
