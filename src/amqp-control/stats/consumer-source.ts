import type { BrokerCore } from '../broker-core.ts';
import type { ChannelConsumer } from '../channel/channel-consumer.ts';
import {
  type ChannelView,
  type ConnectionView,
  channelName,
  connectionName,
} from './connection-view.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { openConnections } from './open-connections.ts';
import { plainTable } from './plain-table.ts';

interface Place {
  readonly connection: ConnectionView;
  readonly channel: ChannelView;
}

/** Consumers of queues; those of direct replies have none. */
export class ConsumerSource implements ObjectSource<ChannelConsumer> {
  readonly kind = 'consumer';
  readonly columns = ['messages_unacknowledged', 'active', 'feed'] as const;
  private readonly core: BrokerCore;
  private readonly places = new WeakMap<ChannelConsumer, Place>();

  constructor(core: BrokerCore) {
    this.core = core;
  }

  *all(): Iterable<ChannelConsumer> {
    for (const connection of openConnections(this.core)) {
      for (const channel of connection.channels.values()) {
        for (const consumer of channel.consumers.values()) {
          if (!this.places.has(consumer)) this.places.set(consumer, { connection, channel });
          yield consumer;
        }
      }
    }
  }

  /** Nobody asks for one. */
  find(): null {
    return null;
  }

  describe(consumer: ChannelConsumer): Description {
    const place = this.places.get(consumer);
    if (place === undefined) throw new Error('a consumer that was not walked');
    const { connection, channel } = place;
    return {
      consumer_tag: consumer.tag,
      queue: consumer.queue.name,
      vhost: connection.vhostName,
      ack_required: consumer.acknowledges,
      exclusive: consumer.exclusive,
      prefetch_count: consumer.prefetch,
      arguments: plainTable(consumer.table),
      channel: channelName(connection, channel),
      channel_number: channel.channel,
      connection: connectionName(connection),
      peer: connection.peer,
      user: connection.userName,
    };
  }

  revision(): number {
    return 0;
  }

  read(consumer: ChannelConsumer, row: Float64Array, at: number): void {
    const { active } = consumer.queue.consumers;
    row[at] = consumer.unackedCount;
    row[at + 1] = active === null || active === consumer ? 1 : 0;
    row[at + 2] = consumer.feed === null ? 0 : 1;
  }
}
