import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { respondWithList, respondWithObject } from '../http/respond.ts';
import { RowList } from '../http/row-list.ts';
import { requireVhost, seesVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { ExchangePresenter } from '../present/exchanges.ts';
import { requireExistingVhost } from './vhost-guard.ts';

const KINDS = ['exchange', 'binding'] as const;
/** What the default exchange is called where its own name, nothing, can't be. */
const DEFAULT_NAME = 'amq.default';

/** `/api/exchanges`. */
export function exchangeRoutes(api: Api): void {
  const { tables } = api.parts;

  api.get('/exchanges', 'management', async (c) => {
    const table = await tables.fresh('exchange');
    const { identity } = c.var;
    const seen = (row: { description: { readonly vhost?: unknown } }) =>
      seesVhost(identity, String(row.description.vhost));
    return respondWithList(c, new RowList(table, new ExchangePresenter(table), seen));
  });

  api.get('/exchanges/:vhost', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    const table = await tables.fresh('exchange');
    const own = new RowList(
      table,
      new ExchangePresenter(table),
      (row) => row.description.vhost === vhost,
    );
    return respondWithList(c, own);
  });

  api.get('/exchanges/:vhost/:name', 'management', async (c) => {
    const { vhost, name } = target(c);
    requireVhost(c.var.identity, vhost);
    const row = await tables.one('exchange', vhost, name);
    if (row === null) throw notFound();
    return respondWithObject(c, new ExchangePresenter(tables.table('exchange')).full(row));
  });

  api.put('/exchanges/:vhost/:name', 'management', async (c) => {
    const given = { ...(await bodyOf(c)), ...target(c) };
    const { created: isNew } = await act<{ created: boolean }>(
      api,
      c,
      'exchange.declare',
      given,
      KINDS,
    );
    return created(c, isNew);
  });

  api.delete('/exchanges/:vhost/:name', 'management', async (c) => {
    const given = { ...target(c), 'if-unused': c.req.query('if-unused') === 'true' };
    return removed(c, await act(api, c, 'exchange.delete', given, KINDS));
  });

  api.post('/exchanges/:vhost/:name/publish', 'management', async (c) => {
    const given = { ...(await bodyOf(c)), ...target(c) };
    return c.json((await act(api, c, 'message.publish', given, ['queue', 'exchange'])) as object);
  });
}

function target(c: ApiContext): { vhost: string; name: string } {
  const name = pathPart(c, 'name');
  return { vhost: pathPart(c, 'vhost'), name: name === DEFAULT_NAME ? '' : name };
}
