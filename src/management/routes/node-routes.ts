import { availableParallelism, totalmem } from 'node:os';
import { descriptorsMax } from '../../amqp-control/net/descriptor-limit.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { CHURN_NAMES } from '../desk/node-figures.ts';
import { type Api, pathPart } from '../http/api.ts';
import { listOf, respondWithList, respondWithObject } from '../http/respond.ts';
import { notFound } from '../link/api-error.ts';
import { diskFree } from '../tables/disk-free.ts';
import { contextsOf, EXCHANGE_TYPE_LIST } from './node-facts.ts';

/** `/api/nodes`, and what else is asked of one: there is one. */
export function nodeRoutes(api: Api): void {
  const { tables, node, broker } = api.parts;

  async function show(): Promise<JsonObject> {
    await tables.fresh('connection');
    const figures = await node.refresh();
    const descriptors = finite(descriptorsMax());
    return {
      name: broker.node,
      type: 'disc',
      running: true,
      partitions: [],
      os_pid: String(process.pid),
      uptime: Date.now() - broker.startedAtMs,
      processors: availableParallelism(),
      run_queue: 0,
      rates_mode: 'basic',
      exchange_types: EXCHANGE_TYPE_LIST,
      auth_mechanisms: broker.mechanisms.map((mechanism) => ({
        ...mechanism,
        description: `SASL ${mechanism.name}`,
      })),
      applications: [{ name: 'directmq', description: 'DirectMQ', version: broker.version }],
      contexts: contextsOf(api.parts),
      log_files: ['<stderr>'],
      config_files: [],
      enabled_plugins: ['rabbitmq_management'],
      cluster_links: [],
      mem_limit: broker.memoryMaxOctets ?? totalmem(),
      mem_alarm: figures.alarms.some(({ resource }) => resource === 'memory'),
      disk_free: await diskFree(broker.dataDirectory ?? '.'),
      disk_free_limit: broker.diskFreeMinOctets,
      disk_free_alarm: figures.alarms.some(({ resource }) => resource === 'disk'),
      fd_total: descriptors,
      sockets_total: descriptors,
      sockets_used: tables.table('connection').size,
      sockets_used_details: { rate: 0 },
      ...node.show(['mem_used', 'fd_used', ...CHURN_NAMES]),
    };
  }

  api.get('/nodes', 'monitoring', async (c) => {
    return respondWithList(c, listOf([await show()]));
  });

  api.get('/nodes/:name', 'monitoring', async (c) => {
    if (pathPart(c, 'name') !== broker.node) throw notFound();
    return respondWithObject(c, await show());
  });

  api.get('/auth/attempts/:name', 'monitoring', async (c) => {
    if (pathPart(c, 'name') !== broker.node) throw notFound();
    const { logins } = await node.refresh();
    const attempts = Object.entries(logins).map(([protocol, { succeeded, failed }]) => ({
      protocol,
      auth_attempts: succeeded + failed,
      auth_attempts_failed: failed,
      auth_attempts_succeeded: succeeded,
    }));
    return respondWithList(c, listOf(attempts));
  });

  api.get('/nodes/:name/memory', 'monitoring', async (c) => {
    if (pathPart(c, 'name') !== broker.node) throw notFound();
    const { heapUsed, heapTotal, external } = await node.refresh();
    const rss = process.memoryUsage.rss();
    return c.json({
      memory: {
        main_heap: heapUsed,
        main_heap_free: heapTotal - heapUsed,
        main_external: external,
        other: Math.max(rss - heapTotal - external, 0),
        total: { rss, allocated: heapTotal + external },
        strategy: 'rss',
      },
    });
  });
}

/** What the system doesn't tell is 0. */
function finite(limit: number): number {
  return limit === Infinity ? 0 : limit;
}
