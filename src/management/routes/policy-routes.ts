import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { listOf, respondWithList } from '../http/respond.ts';
import { type Right, requireVhost, seesVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { requireExistingVhost } from './vhost-guard.ts';

const KINDS = ['queue', 'exchange'] as const;

/** `/api/policies` and `/api/operator-policies`. */
export function policyRoutes(api: Api): void {
  register(api, '/policies', 'policy', 'policymaker');
  register(api, '/operator-policies', 'operator policy', 'administrator');
}

function register(api: Api, path: string, kind: string, right: Right): void {
  const list = async (c: ApiContext) => {
    const policies = await act<JsonObject[]>(api, c, 'policies.list', { kind });
    return policies.filter(({ vhost }) => seesVhost(c.var.identity, String(vhost)));
  };
  const target = (c: ApiContext) => ({ vhost: pathPart(c, 'vhost'), name: pathPart(c, 'name') });

  api.get(path, 'management', async (c) => respondWithList(c, listOf(await list(c))));

  api.get(`${path}/:vhost`, 'management', async (c) => {
    const wanted = await requireExistingVhost(api, c);
    return c.json((await list(c)).filter(({ vhost }) => vhost === wanted));
  });

  api.get(`${path}/:vhost/:name`, 'management', async (c) => {
    const { vhost, name } = target(c);
    const found = (await list(c)).find((policy) => policy.vhost === vhost && policy.name === name);
    if (found === undefined) throw notFound();
    return c.json(found);
  });

  api.put(`${path}/:vhost/:name`, right, async (c) => {
    requireVhost(c.var.identity, pathPart(c, 'vhost'));
    const given = { ...(await bodyOf(c)), ...target(c), kind };
    const answer = await act<{ created: boolean }>(api, c, 'policy.put', given, KINDS);
    return created(c, answer.created);
  });

  api.delete(`${path}/:vhost/:name`, right, async (c) => {
    requireVhost(c.var.identity, pathPart(c, 'vhost'));
    return removed(c, await act(api, c, 'policy.delete', { ...target(c), kind }, KINDS));
  });
}
