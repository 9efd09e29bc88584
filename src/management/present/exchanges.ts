import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import { type Presenter, withRate } from './presenter.ts';

/** Shows exchanges. */
export class ExchangePresenter implements Presenter {
  private readonly table: ObjectTable;

  constructor(table: ObjectTable) {
    this.table = table;
  }

  brief({ description: d }: Row): JsonObject {
    return {
      name: d.name,
      vhost: d.vhost,
      type: d.type,
      durable: d.durable,
      auto_delete: d.auto_delete,
      internal: d.internal,
      arguments: d.arguments,
    };
  }

  full(row: Row): JsonObject {
    return {
      ...this.brief(row),
      ...policyOf(row),
      message_stats: withRate(this.table, row, ['publish_in', 'publish_out']),
    };
  }
}

/** Left out where there is none, as in RabbitMQ: its tools expect a text. */
function policyOf({ description: { policy } }: Row): JsonObject {
  return typeof policy === 'string' ? { policy } : {};
}
