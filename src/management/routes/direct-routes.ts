import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { Api } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { listOf, respondWithList } from '../http/respond.ts';
import { seesVhost } from '../http/tags.ts';
import { DirectPresenter } from '../present/direct.ts';

/** `/api/directmq/threads`, rings, leases, sinks and feeds. */
export function directRoutes(api: Api): void {
  const { tables, direct } = api.parts;

  async function presenter(): Promise<DirectPresenter> {
    const connections = await tables.fresh('connection');
    const report = await direct.report();
    const names = [...connections.rows()].map(
      ({ description: d }) => [Number(d.number), String(d.name)] as const,
    );
    return new DirectPresenter(report, direct, new Map(names));
  }

  /** What belongs to virtual hosts is shown to those who may see them. */
  function seen(c: ApiContext, items: readonly JsonObject[]): Response {
    const { identity } = c.var;
    const own = items.filter(({ vhost }) => seesVhost(identity, String(vhost)));
    return respondWithList(
      c,
      listOf(own, (item) => String(item.name ?? item.queue)),
    );
  }

  api.get('/directmq/threads', 'monitoring', async (c) => c.json((await presenter()).threads()));
  api.get('/directmq/rings', 'monitoring', async (c) => c.json((await presenter()).rings()));
  api.get('/directmq/leases', 'management', async (c) => seen(c, (await presenter()).leases()));
  api.get('/directmq/sinks', 'management', async (c) => seen(c, (await presenter()).sinks()));
  api.get('/directmq/feeds', 'management', async (c) => seen(c, (await presenter()).feeds()));

  api.get('/directmq/events', 'monitoring', async (c) => {
    const after = Number(c.req.query('after') ?? 0);
    const events = await api.parts.link.events(Number.isSafeInteger(after) ? after : 0);
    return c.json(events.map(({ fields, ...event }) => ({ ...fields, ...event })));
  });
}
