import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, pathPart } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';

const KINDS = ['vhost', 'exchange', 'queue', 'binding'] as const;

/** `/api/definitions`: what a broker needs to become the same. */
export function definitionRoutes(api: Api): void {
  for (const [path, scope] of [
    ['/definitions', () => ({})],
    ['/definitions/:vhost', (c: ApiContext) => ({ vhost: pathPart(c, 'vhost') })],
  ] as const) {
    api.get(path, 'administrator', async (c) => {
      const download = c.req.query('download');
      if (download !== undefined) {
        const file = encodeURIComponent(download);
        c.header('content-disposition', `attachment; filename*=UTF-8''${file}`);
      }
      return c.json(await act<JsonObject>(api, c, 'definitions.get', scope(c)));
    });
    api.post(path, 'administrator', async (c) => {
      const given = { ...scope(c), definitions: await bodyOf(c) };
      const report = await act<JsonObject>(api, c, 'definitions.load', given, KINDS);
      // RabbitMQ says nothing more.
      return c.req.query('report') === 'true' ? c.json(report) : c.body(null, 204);
    });
  }
}
