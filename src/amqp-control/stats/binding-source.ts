import type { Binding } from '../../routing/nodes.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { Queue } from '../queues/queue.ts';
import { bindingKey } from './binding-key.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { plainTable } from './plain-table.ts';

type QueueBinding = Binding<Queue>;

/** Bindings of all virtual hosts, those to the default exchange included. */
export class BindingSource implements ObjectSource<QueueBinding> {
  readonly kind = 'binding';
  readonly columns = [] as const;
  private readonly core: BrokerCore;
  private readonly vhosts = new WeakMap<QueueBinding, string>();

  constructor(core: BrokerCore) {
    this.core = core;
  }

  *all(): Iterable<QueueBinding> {
    for (const vhost of this.core.vhosts.values()) {
      for (const name of vhost.exchanges.keys()) {
        for (const binding of vhost.graph.exchange(name)?.outgoing ?? []) {
          if (!this.vhosts.has(binding)) this.vhosts.set(binding, vhost.name);
          yield binding;
        }
      }
    }
  }

  /** Nobody asks for one. */
  find(): null {
    return null;
  }

  describe(binding: QueueBinding): Description {
    const { sourceName, routingKey, arguments: table, destination } = binding;
    const toQueue = 'queue' in destination;
    return {
      source: sourceName,
      vhost: this.vhosts.get(binding) ?? '',
      destination: toQueue ? destination.queue.name : destination.name,
      destination_type: toQueue ? 'queue' : 'exchange',
      routing_key: routingKey,
      arguments: plainTable(table),
      properties_key: bindingKey(routingKey, table),
    };
  }

  revision(): number {
    return 0;
  }

  read(): void {}
}
