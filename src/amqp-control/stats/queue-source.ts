import type { BrokerCore } from '../broker-core.ts';
import type { Queue } from '../queues/queue.ts';
import { connectionName } from './connection-view.ts';
import { DELIVERY_COLUMNS, readDeliveries } from './count-columns.ts';
import { describePolicies } from './describe-policies.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { plainTable } from './plain-table.ts';

/** Queues of all virtual hosts. */
export class QueueSource implements ObjectSource<Queue> {
  readonly kind = 'queue';
  readonly columns = [
    ...DELIVERY_COLUMNS,
    'publish',
    'messages_ready',
    'messages_unacknowledged',
    'message_bytes_ready',
    'message_bytes_unacknowledged',
    'messages_persistent',
    'message_bytes_persistent',
    'memory',
    'messages_paged_out',
    'message_bytes_paged_out',
    'consumers',
    'idle_since',
  ] as const;
  private readonly core: BrokerCore;
  private policyRevision = 0;

  constructor(core: BrokerCore) {
    this.core = core;
    core.vhostBook.observers.add(({ kind }) => {
      if (kind === 'policyPut' || kind === 'policyDeleted') this.policyRevision++;
    });
  }

  all(): Iterable<Queue> {
    return this.core.queues.values();
  }

  find(vhost: string, name: string): Queue | null {
    return this.core.vhosts.get(vhost)?.queues.get(name) ?? null;
  }

  describe({ settings }: Queue): Description {
    const owner = settings.owner === null ? null : this.core.connections.get(settings.owner);
    return {
      number: settings.number,
      name: settings.name,
      vhost: settings.vhost,
      durable: settings.durable,
      auto_delete: settings.autoDelete,
      exclusive: settings.owner !== null,
      arguments: plainTable(settings.table),
      owner: owner?.view == null ? null : connectionName(owner.view),
      ...describePolicies(this.core.vhosts.get(settings.vhost)?.policies.forQueue(settings.name)),
    };
  }

  /** A policy says something else of any of them. */
  revision(): number {
    return this.policyRevision;
  }

  read(queue: Queue, row: Float64Array, at: number): void {
    const { counts } = queue;
    const next = readDeliveries(counts, row, at);
    row[next] = counts.published;
    row[next + 1] = queue.readyCount;
    row[next + 2] = queue.unackedCount;
    row[next + 3] = queue.logs.readyOctets;
    row[next + 4] = queue.logs.unackedOctets;
    row[next + 5] = queue.logs.keptCount;
    row[next + 6] = queue.logs.keptOctets;
    row[next + 7] = queue.logs.heldOctets;
    row[next + 8] = queue.logs.pagedOutCount;
    row[next + 9] = queue.logs.pagedOutOctets;
    row[next + 10] = queue.consumers.count;
    row[next + 11] = queue.lastUsedAtMs;
  }
}
