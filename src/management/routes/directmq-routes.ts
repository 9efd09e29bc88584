import type { Api } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { hasRight, requireRight, requireVhost } from '../http/tags.ts';
import { badRequest, notAuthorised, notFound } from '../link/api-error.ts';
import type { ChartedKind } from '../tables/sampler.ts';

const CHARTED = ['exchange', 'queue', 'connection', 'channel'] as const;
const TIMED = ['exchange', 'queue', 'connection'] as const;

/** `/api/directmq`: what RabbitMQ has no paths for. */
export function directmqRoutes(api: Api): void {
  const { tables, sampler, link } = api.parts;

  /** @throws ApiError 400, 401, 404 unless the user may see an object of that name */
  async function objectOf<Kind extends ChartedKind>(
    c: ApiContext,
    kind: string,
    kinds: readonly Kind[],
  ) {
    const charted = kinds.find((known) => known === kind);
    if (charted === undefined)
      throw badRequest(`kind must be one of overview, ${kinds.join(', ')}`);
    const { identity } = c.var;
    const vhost = c.req.query('vhost') ?? '';
    const name = c.req.query('name') ?? '';
    const ofVhost = charted === 'exchange' || charted === 'queue';
    if (ofVhost) requireVhost(identity, vhost);
    const row = await tables.one(charted, vhost, name);
    if (row === null) throw notFound();
    const own = row.description.user === identity.name || hasRight(identity, 'monitoring');
    if (!ofVhost && !own) throw notAuthorised('User not authorised to access object');
    return { charted, vhost, name, row };
  }

  api.get('/directmq/rates', 'management', async (c) => {
    const { identity } = c.var;
    const kind = c.req.query('kind') ?? 'overview';
    const interval = sampler.intervalMs;
    if (kind === 'overview') {
      requireRight(identity, 'monitoring');
      return c.json({ kind, interval, series: sampler.overview.toJson() });
    }
    const { charted, vhost, name, row } = await objectOf(c, kind, CHARTED);
    const series = sampler.histories[charted].of(row);
    return c.json({ kind, vhost, name, interval, series });
  });

  api.get('/directmq/latency', 'management', async (c) => {
    const kind = c.req.query('kind') ?? 'overview';
    if (kind === 'overview') {
      requireRight(c.var.identity, 'monitoring');
      return c.json(await link.latency());
    }
    const { charted, vhost, name } = await objectOf(c, kind, TIMED);
    return c.json(await link.latency({ kind: charted, vhost, name }));
  });
}
