import type { BrokerCore } from '../broker-core.ts';
import {
  type ChannelView,
  type ConnectionView,
  channelName,
  connectionName,
} from './connection-view.ts';
import { CHANNEL_COUNT_COLUMNS, readChannelCounts } from './count-columns.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { openConnections } from './open-connections.ts';

/** Channels that are open. */
export class ChannelSource implements ObjectSource<ChannelView> {
  readonly kind = 'channel';
  readonly columns = [
    ...CHANNEL_COUNT_COLUMNS,
    'messages_unacknowledged',
    'messages_unconfirmed',
    'messages_uncommitted',
    'acks_uncommitted',
    'consumer_count',
    'prefetch_count',
    'global_prefetch_count',
    'flowing',
    'confirming',
    'transactional',
  ] as const;
  private readonly core: BrokerCore;
  private readonly owners = new WeakMap<ChannelView, ConnectionView>();

  constructor(core: BrokerCore) {
    this.core = core;
  }

  *all(): Iterable<ChannelView> {
    for (const connection of openConnections(this.core)) {
      for (const channel of connection.channels.values()) {
        if (channel.closing) continue;
        this.owners.set(channel, connection);
        yield channel;
      }
    }
  }

  /** By name, in any vhost. */
  find(_vhost: string, name: string): ChannelView | null {
    for (const connection of openConnections(this.core)) {
      if (!name.startsWith(connectionName(connection))) continue;
      for (const channel of connection.channels.values()) {
        if (channel.closing || channelName(connection, channel) !== name) continue;
        this.owners.set(channel, connection);
        return channel;
      }
    }
    return null;
  }

  describe(channel: ChannelView): Description {
    const connection = this.owners.get(channel);
    if (connection === undefined) throw new Error('a channel that was not walked');
    return {
      name: channelName(connection, channel),
      number: channel.channel,
      connection: connectionName(connection),
      peer: connection.peer,
      user: connection.userName,
      vhost: connection.vhostName,
    };
  }

  revision(): number {
    return 0;
  }

  read(channel: ChannelView, row: Float64Array, at: number): void {
    const next = readChannelCounts(channel.counts, row, at);
    row[next] = channel.unackedCount;
    row[next + 1] = channel.unconfirmedCount;
    row[next + 2] = channel.uncommittedMessages;
    row[next + 3] = channel.uncommittedAcks;
    row[next + 4] = channel.consumers.size;
    row[next + 5] = channel.consumerPrefetch;
    row[next + 6] = channel.channelPrefetch;
    row[next + 7] = channel.flowActive ? 1 : 0;
    row[next + 8] = channel.confirming ? 1 : 0;
    row[next + 9] = channel.transactional ? 1 : 0;
  }
}
