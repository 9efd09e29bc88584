import { type Api, pathPart } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { requireVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';

/**
 * The virtual host in the path.
 * @throws ApiError 401 if the user may not see it, 404 if there is none
 */
export async function requireExistingVhost({ parts }: Api, c: ApiContext): Promise<string> {
  const name = pathPart(c, 'vhost');
  requireVhost(c.var.identity, name);
  if ((await parts.tables.one('vhost', name, name)) === null) throw notFound();
  return name;
}
