import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { CHURN_NAMES } from '../desk/node-figures.ts';
import { type Api, bodyOf } from '../http/api.ts';
import { respondWithObject } from '../http/respond.ts';
import { hasRight, seesVhost } from '../http/tags.ts';
import { queueTotals, totalMessageStats } from '../present/totals.ts';
import { rateTotals, totals } from '../tables/totals.ts';
import { contextsOf, EXCHANGE_TYPE_LIST, listenersOf } from './node-facts.ts';

/** `/api/overview` and what else says what this broker is. */
export function overviewRoutes(api: Api): void {
  const { tables, sampler, node, broker } = api.parts;

  api.get('/overview', 'management', async (c) => {
    const kinds = ['queue', 'exchange', 'connection', 'channel', 'consumer', 'vhost'] as const;
    for (const kind of kinds) await tables.fresh(kind);
    const { clusterName } = await node.refresh();
    const { identity } = c.var;
    const seesAll = hasRight(identity, 'monitoring');
    const sees = (vhost: string) => seesVhost(identity, vhost);
    const values = totals(tables, sees);
    const rates = seesAll ? sampler.totalRates.rates : rateTotals(tables, sees);
    const count = (kind: ObjectKind) => {
      const table = tables.table(kind);
      if (seesAll) return table.size;
      return [...table.rows()].filter((row) => sees(String(row.description.vhost))).length;
    };
    const overview: JsonObject = {
      management_version: broker.rabbitmqVersion,
      rabbitmq_version: broker.rabbitmqVersion,
      product_name: 'DirectMQ',
      product_version: broker.version,
      directmq_version: broker.version,
      node_version: process.versions.node,
      erlang_version: '',
      erlang_full_version: '',
      rates_mode: 'basic',
      sample_retention_policies: { global: [300], basic: [300], detailed: [300] },
      exchange_types: EXCHANGE_TYPE_LIST,
      cluster_name: clusterName ?? broker.node,
      release_series_support_status: 'supported',
      disable_stats: false,
      enable_queue_totals: true,
      message_stats: totalMessageStats(values, rates),
      queue_totals: queueTotals(values, rates),
      churn_rates: node.show(CHURN_NAMES),
      object_totals: {
        channels: count('channel'),
        connections: count('connection'),
        consumers: count('consumer'),
        exchanges: count('exchange'),
        queues: count('queue'),
      },
      statistics_db_event_queue: 0,
      node: broker.node,
      listeners: listenersOf(api.parts).map((listener) => ({ node: broker.node, ...listener })),
      contexts: contextsOf(api.parts).map((context) => ({ node: broker.node, ...context })),
    };
    return respondWithObject(c, overview);
  });

  api.get('/extensions', 'management', (c) => c.json([]));
  api.get('/whoami', 'management', (c) => {
    const { name, tags } = c.var.identity;
    return c.json({ name, tags });
  });
  api.get('/auth', 'management', (c) =>
    c.json({ enable_uaa: false, uaa_client_id: '', uaa_location: '' }),
  );
  api.get('/feature-flags', 'management', (c) => c.json([]));
  api.post('/rebalance/queues', 'administrator', async (c) => {
    await bodyOf(c);
    return c.body(null, 204);
  });
}
