import { CHANNEL_COUNT_COLUMNS } from '../../amqp-control/stats/count-columns.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import {
  hostAndPort,
  messageStats,
  type PresentContext,
  type Presenter,
  withRate,
} from './presenter.ts';

/** Shows channels. */
export class ChannelPresenter implements Presenter {
  private readonly table: ObjectTable;
  private readonly context: PresentContext;

  constructor(table: ObjectTable, context: PresentContext) {
    this.table = table;
    this.context = context;
  }

  brief({ description: d }: Row): JsonObject {
    const peer = hostAndPort(String(d.peer));
    return {
      name: d.name,
      number: d.number,
      node: this.context.node,
      user: d.user,
      user_who_performed_action: d.user,
      vhost: d.vhost,
      connection_details: {
        name: d.connection,
        peer_host: peer.host,
        peer_port: peer.port,
      },
    };
  }

  full(row: Row): JsonObject {
    const { table } = this;
    const flowing = table.value(row, 'flowing') === 1;
    return {
      ...this.brief(row),
      state: flowing ? 'running' : 'flow',
      confirm: table.value(row, 'confirming') === 1,
      transactional: table.value(row, 'transactional') === 1,
      consumer_count: table.value(row, 'consumer_count'),
      prefetch_count: table.value(row, 'prefetch_count'),
      global_prefetch_count: table.value(row, 'global_prefetch_count'),
      messages_unconfirmed: table.value(row, 'messages_unconfirmed'),
      messages_uncommitted: table.value(row, 'messages_uncommitted'),
      acks_uncommitted: table.value(row, 'acks_uncommitted'),
      ...withRate(table, row, ['messages_unacknowledged']),
      message_stats: messageStats(table, row, CHANNEL_COUNT_COLUMNS),
    };
  }
}
