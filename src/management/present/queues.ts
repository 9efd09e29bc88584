import { DELIVERY_COLUMNS } from '../../amqp-control/stats/count-columns.ts';
import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import {
  hostAndPort,
  messageStats,
  type PresentContext,
  type Presenter,
  withRate,
} from './presenter.ts';

const COUNTED = [...DELIVERY_COLUMNS, 'publish'] as const;

/** Shows queues. */
export class QueuePresenter implements Presenter {
  private readonly table: ObjectTable;
  private readonly context: PresentContext;

  constructor(table: ObjectTable, context: PresentContext) {
    this.table = table;
    this.context = context;
  }

  brief({ description: d }: Row): JsonObject {
    return {
      name: d.name,
      vhost: d.vhost,
      type: 'classic',
      durable: d.durable,
      auto_delete: d.auto_delete,
      exclusive: d.exclusive,
      arguments: d.arguments,
      node: this.context.node,
      state: 'running',
    };
  }

  full(row: Row): JsonObject {
    const { table } = this;
    const { description: d } = row;
    const ready = table.value(row, 'messages_ready');
    const unacked = table.value(row, 'messages_unacknowledged');
    const messagesRate =
      table.rate(row, 'messages_ready') + table.rate(row, 'messages_unacknowledged');
    const readyBytes = table.value(row, 'message_bytes_ready');
    const unackedBytes = table.value(row, 'message_bytes_unacknowledged');
    const pagedOut = table.value(row, 'messages_paged_out');
    const pagedOutBytes = table.value(row, 'message_bytes_paged_out');
    const shown: Record<string, Json> = {
      ...this.brief(row),
      policy: d.policy ?? null,
      operator_policy: d.operator_policy ?? null,
      effective_policy_definition: d.effective_policy_definition ?? {},
      consumers: table.value(row, 'consumers'),
      memory: table.value(row, 'memory'),
      messages: ready + unacked,
      messages_details: { rate: messagesRate },
      ...withRate(table, row, ['messages_ready', 'messages_unacknowledged']),
      messages_ram: ready - pagedOut + unacked,
      messages_ready_ram: ready - pagedOut,
      messages_unacknowledged_ram: unacked,
      messages_persistent: table.value(row, 'messages_persistent'),
      messages_paged_out: pagedOut,
      message_bytes: readyBytes + unackedBytes,
      message_bytes_ready: readyBytes,
      message_bytes_unacknowledged: unackedBytes,
      message_bytes_ram: readyBytes + unackedBytes - pagedOutBytes,
      message_bytes_paged_out: pagedOutBytes,
      message_bytes_persistent: table.value(row, 'message_bytes_persistent'),
      message_stats: messageStats(table, row, COUNTED),
    };
    if (row.rates === null) shown.idle_since = idleSince(table.value(row, 'idle_since'));
    if (typeof d.owner === 'string') {
      const { host, port } = hostAndPort(d.owner.split(' -> ')[0]);
      shown.owner_pid_details = { name: d.owner, peer_host: host, peer_port: port };
    }
    return shown;
  }
}

/** As RabbitMQ writes times: `2026-11-25T19:11:49.106+00:00`. */
function idleSince(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00');
}
