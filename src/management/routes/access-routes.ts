import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { listOf, respondWithList } from '../http/respond.ts';
import { hasRight, requireRight } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** `/api/users`, `/api/permissions`, `/api/topic-permissions` and limits. */
export function accessRoutes(api: Api): void {
  userRoutes(api);
  limitRoutes(api, 'user');
  limitRoutes(api, 'vhost');
  for (const [path, what] of [
    ['permissions', 'permissions'],
    ['topic-permissions', 'topic-permissions'],
  ] as const) {
    permissionRoutes(api, path, what);
  }
}

function userRoutes(api: Api): void {
  api.get('/users', 'administrator', async (c) =>
    respondWithList(c, listOf(await act<JsonObject[]>(api, c, 'users.list', {}))),
  );
  api.get('/users/without-permissions', 'administrator', async (c) =>
    c.json(await act<JsonObject[]>(api, c, 'users.without-permissions', {})),
  );
  api.post('/users/bulk-delete', 'administrator', async (c) => {
    await act(api, c, 'users.bulk-delete', await bodyOf(c));
    return c.body(null, 204);
  });
  api.get('/users/:name', 'administrator', async (c) =>
    c.json(await act<JsonObject>(api, c, 'user.get', { name: pathPart(c, 'name') })),
  );
  api.put('/users/:name', 'administrator', async (c) => {
    const given = { ...(await bodyOf(c)), name: pathPart(c, 'name') };
    return created(c, (await act<{ created: boolean }>(api, c, 'user.put', given)).created);
  });
  api.delete('/users/:name', 'administrator', async (c) =>
    removed(c, await act(api, c, 'user.delete', { name: pathPart(c, 'name') })),
  );
}

function permissionRoutes(api: Api, path: string, what: 'permissions' | 'topic-permissions'): void {
  const list = (c: ApiContext) => act<JsonObject[]>(api, c, `${what}.list`, {});

  api.get(`/${path}`, 'administrator', async (c) => respondWithList(c, listOf(await list(c))));

  api.get(`/vhosts/:vhost/${path}`, 'administrator', async (c) => {
    const wanted = await requireExistingVhost(api, c);
    return c.json((await list(c)).filter(({ vhost }) => vhost === wanted));
  });

  // Users may see what they may do themselves.
  api.get(`/users/:name/${path}`, 'management', async (c) => {
    const name = pathPart(c, 'name');
    if (name !== c.var.identity.name) requireRight(c.var.identity, 'administrator');
    else if (!hasRight(c.var.identity, 'management')) throw notFound();
    return c.json((await list(c)).filter(({ user }) => user === name));
  });

  const one = `/${path}/:vhost/:user`;
  api.get(one, 'administrator', async (c) => {
    const found = (await list(c)).filter(
      ({ vhost, user }) => vhost === pathPart(c, 'vhost') && user === pathPart(c, 'user'),
    );
    if (found.length === 0) throw notFound();
    return c.json(what === 'permissions' ? found[0] : found);
  });
  api.put(one, 'administrator', async (c) => {
    const given = { ...(await bodyOf(c)), ...target(c) };
    return created(c, (await act<{ created: boolean }>(api, c, `${what}.put`, given)).created);
  });
  api.delete(one, 'administrator', async (c) =>
    removed(c, await act(api, c, `${what}.clear`, target(c))),
  );
}

function limitRoutes(api: Api, owner: 'user' | 'vhost'): void {
  const path = `/${owner}-limits`;
  const list = (c: ApiContext) => act<JsonObject[]>(api, c, `${owner}-limits.list`, {});

  api.get(path, 'administrator', async (c) => c.json(await list(c)));
  api.get(`${path}/:owner`, 'administrator', async (c) =>
    c.json((await list(c)).filter((limits) => limits[owner] === pathPart(c, 'owner'))),
  );
  for (const verb of ['put', 'delete'] as const) {
    api[verb](`${path}/:owner/:limit`, 'administrator', async (c) => {
      const { value } = verb === 'put' ? await bodyOf(c) : {};
      const given: JsonObject = {
        [owner]: pathPart(c, 'owner'),
        limit: pathPart(c, 'limit'),
        ...(value === undefined ? {} : { value }),
      };
      await act(api, c, `${owner}-limit.set`, given);
      return c.body(null, 204);
    });
  }
}

function target(c: ApiContext): { vhost: string; user: string } {
  return { vhost: pathPart(c, 'vhost'), user: pathPart(c, 'user') };
}
