import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { listOf, respondWithList } from '../http/respond.ts';
import { requireVhost, seesVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { requireExistingVhost } from './vhost-guard.ts';

const CLUSTER_NAME = 'cluster_name';

/** `/api/parameters`, `/api/global-parameters` and `/api/cluster-name`. */
export function parameterRoutes(api: Api): void {
  ofVhosts(api);
  global(api);
  clusterName(api);
}

function ofVhosts(api: Api): void {
  const list = async (c: ApiContext, belongs: (parameter: JsonObject) => boolean) => {
    const parameters = await act<JsonObject[]>(api, c, 'parameters.list', {});
    const { identity } = c.var;
    return parameters.filter((one) => seesVhost(identity, String(one.vhost)) && belongs(one));
  };
  const isOfComponent = (c: ApiContext) => (one: JsonObject) =>
    one.component === pathPart(c, 'component');
  const target = (c: ApiContext) => ({
    component: pathPart(c, 'component'),
    vhost: pathPart(c, 'vhost'),
    name: pathPart(c, 'name'),
  });

  api.get('/parameters', 'policymaker', async (c) =>
    respondWithList(c, listOf(await list(c, () => true))),
  );
  api.get('/parameters/:component', 'policymaker', async (c) =>
    c.json(await list(c, isOfComponent(c))),
  );
  api.get('/parameters/:component/:vhost', 'policymaker', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    const ofComponent = isOfComponent(c);
    return c.json(await list(c, (one) => ofComponent(one) && one.vhost === vhost));
  });

  const one = '/parameters/:component/:vhost/:name';
  api.get(one, 'policymaker', async (c) => {
    const { component, vhost, name } = target(c);
    const [found] = await list(
      c,
      (each) => each.component === component && each.vhost === vhost && each.name === name,
    );
    if (found === undefined) throw notFound();
    return c.json(found);
  });
  // They bound what others may do: who may set policies may not set these.
  api.put(one, 'administrator', async (c) => {
    requireVhost(c.var.identity, pathPart(c, 'vhost'));
    const given = { ...(await bodyOf(c)), ...target(c) };
    const kinds = ['queue', 'vhost'] as const;
    return created(
      c,
      (await act<{ created: boolean }>(api, c, 'parameter.put', given, kinds)).created,
    );
  });
  api.delete(one, 'administrator', async (c) => {
    requireVhost(c.var.identity, pathPart(c, 'vhost'));
    return removed(c, await act(api, c, 'parameter.delete', target(c), ['queue', 'vhost']));
  });
}

function global(api: Api): void {
  const list = (c: ApiContext) => act<JsonObject[]>(api, c, 'global-parameters.list', {});
  const one = '/global-parameters/:name';

  api.get('/global-parameters', 'policymaker', async (c) =>
    respondWithList(c, listOf(await list(c))),
  );
  api.get(one, 'policymaker', async (c) => {
    const found = (await list(c)).find(({ name }) => name === pathPart(c, 'name'));
    if (found === undefined) throw notFound();
    return c.json(found);
  });
  api.put(one, 'policymaker', async (c) => {
    const given = { ...(await bodyOf(c)), name: pathPart(c, 'name') };
    return created(c, await isNew(api, c, given));
  });
  api.delete(one, 'policymaker', async (c) =>
    removed(c, await act(api, c, 'global-parameter.delete', { name: pathPart(c, 'name') })),
  );
}

function clusterName(api: Api): void {
  const { node, broker } = api.parts;
  api.get('/cluster-name', 'management', async (c) => {
    const { clusterName: name } = await node.refresh();
    return c.json({ name: name ?? broker.node });
  });
  api.put('/cluster-name', 'administrator', async (c) => {
    const { name } = await bodyOf(c);
    await isNew(api, c, { name: CLUSTER_NAME, ...(name === undefined ? {} : { value: name }) });
    return c.body(null, 204);
  });
}

async function isNew(api: Api, c: ApiContext, given: JsonObject): Promise<boolean> {
  return (await act<{ created: boolean }>(api, c, 'global-parameter.put', given)).created;
}
