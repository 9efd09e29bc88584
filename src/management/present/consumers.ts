import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import { hostAndPort, type PresentContext, type Presenter } from './presenter.ts';

/** Shows consumers. */
export class ConsumerPresenter implements Presenter {
  private readonly table: ObjectTable;
  private readonly context: PresentContext;

  constructor(table: ObjectTable, context: PresentContext) {
    this.table = table;
    this.context = context;
  }

  brief(row: Row): JsonObject {
    return this.full(row);
  }

  full(row: Row): JsonObject {
    const { description: d } = row;
    const active = this.table.value(row, 'active') === 1;
    const peer = hostAndPort(String(d.peer));
    return {
      consumer_tag: d.consumer_tag,
      ack_required: d.ack_required,
      exclusive: d.exclusive,
      prefetch_count: d.prefetch_count,
      arguments: d.arguments,
      active,
      activity_status: active ? 'up' : 'waiting',
      direct: this.table.value(row, 'feed') === 1,
      queue: { name: d.queue, vhost: d.vhost },
      channel_details: {
        name: d.channel,
        number: d.channel_number,
        connection_name: d.connection,
        node: this.context.node,
        peer_host: peer.host,
        peer_port: peer.port,
        user: d.user,
      },
    };
  }
}
