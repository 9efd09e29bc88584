import { type Api, act, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { respondWithList, respondWithObject } from '../http/respond.ts';
import { RowList } from '../http/row-list.ts';
import { hasRight } from '../http/tags.ts';
import { notAuthorised, notFound } from '../link/api-error.ts';
import { ChannelPresenter } from '../present/channels.ts';
import { ConnectionPresenter } from '../present/connections.ts';
import { ConsumerPresenter } from '../present/consumers.ts';
import type { Row } from '../tables/object-table.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** `/api/connections` and `/api/channels`: users see their own, monitoring users all. */
export function connectionRoutes(api: Api): void {
  const { tables, broker } = api.parts;

  async function connections(c: ApiContext, belongs: (row: Row) => boolean): Promise<Response> {
    const table = await tables.fresh('connection');
    const own = (row: Row) => seesOwner(c, row) && belongs(row);
    return respondWithList(c, new RowList(table, new ConnectionPresenter(table, broker), own));
  }

  async function channels(c: ApiContext, belongs: (row: Row) => boolean): Promise<Response> {
    const table = await tables.fresh('channel');
    const own = (row: Row) => seesOwner(c, row) && belongs(row);
    return respondWithList(c, new RowList(table, new ChannelPresenter(table, broker), own));
  }

  api.get('/connections', 'management', (c) => connections(c, () => true));
  api.get('/channels', 'management', (c) => channels(c, () => true));

  api.get('/vhosts/:vhost/connections', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    return connections(c, ({ description }) => description.vhost === vhost);
  });

  api.get('/vhosts/:vhost/channels', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    return channels(c, ({ description }) => description.vhost === vhost);
  });

  api.get('/connections/username/:user', 'management', (c) => {
    const user = pathPart(c, 'user');
    return connections(c, ({ description }) => description.user === user);
  });

  api.get('/connections/:name', 'management', async (c) => {
    const row = await oneOf(api, c, 'connection');
    const shown = new ConnectionPresenter(tables.table('connection'), broker).full(row);
    return respondWithObject(c, shown);
  });

  api.get('/connections/:name/channels', 'management', async (c) => {
    const { description } = await oneOf(api, c, 'connection');
    return channels(c, (row) => row.description.connection === description.name);
  });

  api.delete('/connections/:name', 'management', async (c) => {
    const reason = c.req.header('x-reason');
    const given = { name: pathPart(c, 'name'), ...(reason === undefined ? {} : { reason }) };
    return removed(c, await act(api, c, 'connection.close', given, ['connection', 'channel']));
  });

  api.get('/channels/:name', 'management', async (c) => {
    const row = await oneOf(api, c, 'channel');
    const shown = new ChannelPresenter(tables.table('channel'), broker).full(row);
    const consumers = await tables.fresh('consumer');
    const presenter = new ConsumerPresenter(consumers, broker);
    const own = [...consumers.rows()].filter(
      ({ description }) => description.channel === row.description.name,
    );
    const details = own.map((consumer) => presenter.full(consumer));
    return respondWithObject(c, { ...shown, consumer_details: details });
  });
}

async function oneOf({ parts }: Api, c: ApiContext, kind: 'connection' | 'channel'): Promise<Row> {
  const row = await parts.tables.one(kind, '', pathPart(c, 'name'));
  if (row === null) throw notFound();
  if (!seesOwner(c, row)) throw notAuthorised('User not authorised to access object');
  return row;
}

function seesOwner(c: ApiContext, { description }: Row): boolean {
  const { identity } = c.var;
  return description.user === identity.name || hasRight(identity, 'monitoring');
}
