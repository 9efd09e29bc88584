import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { CHURN_NAMES } from '../desk/node-figures.ts';
import { type Api, pathPart } from '../http/api.ts';
import { pickColumns } from '../http/columns.ts';
import { notFound } from '../link/api-error.ts';
import { EXCHANGE_TYPE_LIST } from './node-facts.ts';

/** `/api/nodes`: there is one. */
export function nodeRoutes(api: Api): void {
  const { tables, node, broker } = api.parts;

  async function show(): Promise<JsonObject> {
    await tables.fresh('connection');
    const figures = await node.refresh();
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
      auth_mechanisms: [],
      applications: [{ name: 'directmq', description: 'DirectMQ', version: broker.version }],
      contexts: [],
      log_files: ['<stderr>'],
      config_files: [],
      enabled_plugins: ['rabbitmq_management'],
      cluster_links: [],
      mem_limit: totalmem(),
      mem_alarm: figures.alarm !== null,
      ...(await diskFree()),
      fd_total: descriptorLimit(),
      sockets_total: descriptorLimit(),
      sockets_used: tables.table('connection').size,
      sockets_used_details: { rate: 0 },
      ...node.show(['mem_used', 'fd_used', ...CHURN_NAMES]),
    };
  }

  api.get('/nodes', 'monitoring', async (c) => {
    const columns = c.req.query('columns');
    const shown = await show();
    return c.json([columns === undefined ? shown : pickColumns(shown, columns.split(','))]);
  });

  api.get('/nodes/:name', 'monitoring', async (c) => {
    if (pathPart(c, 'name') !== broker.node) throw notFound();
    return c.json(await show());
  });

  api.get('/nodes/:name/memory', 'monitoring', async (c) => {
    if (pathPart(c, 'name') !== broker.node) throw notFound();
    const { heapUsed, heapTotal, external } = await node.refresh();
    const rss = node.value('mem_used');
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

async function diskFree(): Promise<JsonObject> {
  const { bavail, bsize } = await statfs('.');
  return { disk_free: bavail * bsize, disk_free_limit: 0, disk_free_alarm: false };
}

/** How many descriptors the process may have; 0 where the system doesn't say. */
function descriptorLimit(): number {
  const report = process.report?.getReport() as
    | { userLimits?: { open_files?: { soft: number | string } } }
    | undefined;
  const soft = report?.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : 0;
}
