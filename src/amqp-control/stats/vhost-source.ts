import type { BrokerCore } from '../broker-core.ts';
import type { VHost } from '../topology/vhost.ts';
import { CHANNEL_COUNT_COLUMNS, readChannelCounts } from './count-columns.ts';
import type { Description, ObjectSource } from './object-source.ts';

/** Virtual hosts, each with what its closed channels had counted. */
export class VhostSource implements ObjectSource<VHost> {
  readonly kind = 'vhost';
  readonly columns = CHANNEL_COUNT_COLUMNS;
  private readonly core: BrokerCore;
  private changes = 0;

  constructor(core: BrokerCore) {
    this.core = core;
    core.vhostBook.observers.add(({ kind }) => {
      if (kind === 'vhostPut') this.changes++;
    });
  }

  all(): Iterable<VHost> {
    return this.core.vhosts.values();
  }

  find(_vhost: string, name: string): VHost | null {
    return this.core.vhosts.get(name) ?? null;
  }

  describe({ name, metadata }: VHost): Description {
    const { description, tags, defaultQueueType } = metadata;
    const said = { description, tags, default_queue_type: defaultQueueType ?? 'undefined' };
    return { name, ...said, metadata: said };
  }

  revision(): number {
    return this.changes;
  }

  read({ closedChannels }: VHost, row: Float64Array, at: number): void {
    readChannelCounts(closedChannels, row, at);
  }
}
