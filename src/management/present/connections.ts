import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import { hostAndPort, type PresentContext, type Presenter, withRate } from './presenter.ts';

/** Shows connections. */
export class ConnectionPresenter implements Presenter {
  private readonly table: ObjectTable;
  private readonly context: PresentContext;

  constructor(table: ObjectTable, context: PresentContext) {
    this.table = table;
    this.context = context;
  }

  brief({ description: d }: Row): JsonObject {
    const peer = hostAndPort(String(d.peer));
    const local = hostAndPort(String(d.local));
    return {
      name: d.name,
      node: this.context.node,
      type: 'network',
      protocol: 'AMQP 0-9-1',
      user: d.user,
      user_who_performed_action: d.user,
      vhost: d.vhost,
      host: local.host,
      port: local.port,
      peer_host: peer.host,
      peer_port: peer.port,
      auth_mechanism: d.auth_mechanism,
      client_properties: d.client_properties,
      channel_max: d.channel_max,
      frame_max: d.frame_max,
      timeout: d.timeout,
      connected_at: d.connected_at,
      ...(d.tls as JsonObject),
    };
  }

  full(row: Row): JsonObject {
    const { table } = this;
    const shown: Record<string, Json> = {
      ...this.brief(row),
      state: table.value(row, 'blocked') === 1 ? 'blocked' : 'running',
      channels: table.value(row, 'channels'),
      send_pend: table.value(row, 'send_pend'),
      recv_cnt: table.value(row, 'recv_cnt'),
      send_cnt: table.value(row, 'send_cnt'),
      ...withRate(table, row, ['recv_oct', 'send_oct']),
    };
    return shown;
  }
}
