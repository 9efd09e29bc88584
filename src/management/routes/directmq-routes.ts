import type { Api } from '../http/api.ts';
import { hasRight, requireRight, requireVhost } from '../http/tags.ts';
import { badRequest, notAuthorised, notFound } from '../link/api-error.ts';
import type { ChartedKind } from '../tables/sampler.ts';

const CHARTED: readonly string[] = ['exchange', 'queue', 'connection', 'channel'];

/** `/api/directmq`: what RabbitMQ has no paths for. */
export function directmqRoutes(api: Api): void {
  const { tables, sampler } = api.parts;

  api.get('/directmq/rates', 'management', async (c) => {
    const { identity } = c.var;
    const kind = c.req.query('kind') ?? 'overview';
    const interval = sampler.intervalMs;
    if (kind === 'overview') {
      requireRight(identity, 'monitoring');
      return c.json({ kind, interval, series: sampler.overview.toJson() });
    }
    if (!CHARTED.includes(kind)) {
      throw badRequest(`kind must be one of overview, ${CHARTED.join(', ')}`);
    }
    const charted = kind as ChartedKind;
    const vhost = c.req.query('vhost') ?? '';
    const name = c.req.query('name') ?? '';
    const ofVhost = charted === 'exchange' || charted === 'queue';
    if (ofVhost) requireVhost(identity, vhost);
    const row = await tables.one(charted, vhost, name);
    if (row === null) throw notFound();
    const own = row.description.user === identity.name || hasRight(identity, 'monitoring');
    if (!ofVhost && !own) throw notAuthorised('User not authorised to access object');
    const series = sampler.histories[charted].of(row);
    return c.json({ kind, vhost, name, interval, series });
  });
}
