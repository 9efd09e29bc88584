import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import { listOf, respondWithList, respondWithObject } from '../http/respond.ts';
import { seesVhost } from '../http/tags.ts';
import { queueTotals, totalMessageStats, trafficTotals } from '../present/totals.ts';
import { rateTotals, totals } from '../tables/totals.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** A virtual host comes and goes with all that is in it. */
const ALL_KINDS = ['vhost', 'exchange', 'queue', 'binding', 'connection'] as const;

/** `/api/vhosts`. */
export function vhostRoutes(api: Api): void {
  const { tables, broker } = api.parts;

  async function show(names: readonly string[]): Promise<JsonObject[]> {
    for (const kind of ['queue', 'connection', 'channel', 'vhost'] as const) {
      await tables.fresh(kind);
    }
    const rows = new Map(
      [...tables.table('vhost').rows()].map((row) => [row.description.name, row.description]),
    );
    return names.map((name) => {
      const only = (vhost: string) => vhost === name;
      const values = totals(tables, only);
      const rates = rateTotals(tables, only);
      return {
        ...rows.get(name),
        name,
        tracing: false,
        cluster_state: { [broker.node]: 'running' },
        ...trafficTotals(values, rates),
        ...queueTotals(values, rates),
        message_stats: totalMessageStats(values, rates),
      };
    });
  }

  api.get('/vhosts', 'management', async (c) => {
    const { identity } = c.var;
    const table = await tables.fresh('vhost');
    const names = [...table.rows()].map(({ description }) => String(description.name));
    return respondWithList(
      c,
      listOf(await show(names.filter((name) => seesVhost(identity, name)))),
    );
  });

  api.put('/vhosts/:vhost', 'administrator', async (c) => {
    const given = { ...(await bodyOf(c)), name: pathPart(c, 'vhost') };
    const answer = await act<{ created: boolean }>(api, c, 'vhost.put', given, ALL_KINDS);
    return created(c, answer.created);
  });

  api.delete('/vhosts/:vhost', 'administrator', async (c) =>
    removed(c, await act(api, c, 'vhost.delete', { name: pathPart(c, 'vhost') }, ALL_KINDS)),
  );

  api.post('/vhosts/:vhost/start/:node', 'administrator', async (c) => {
    await requireExistingVhost(api, c);
    return c.body(null, 204);
  });

  api.get('/vhosts/:vhost', 'management', async (c) => {
    const [vhost] = await show([await requireExistingVhost(api, c)]);
    return respondWithObject(c, vhost);
  });
}
