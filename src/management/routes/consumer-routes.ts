import type { Api } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { respondWithList } from '../http/respond.ts';
import { RowList } from '../http/row-list.ts';
import { seesVhost } from '../http/tags.ts';
import { ConsumerPresenter } from '../present/consumers.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** `/api/consumers`. */
export function consumerRoutes(api: Api): void {
  const { tables, broker } = api.parts;

  async function consumers(c: ApiContext, sees: (vhost: string) => boolean): Promise<Response> {
    const table = await tables.fresh('consumer');
    const presenter = new ConsumerPresenter(table, broker);
    const list = new RowList(table, presenter, ({ description }) =>
      sees(String(description.vhost)),
    );
    return respondWithList(c, list);
  }

  api.get('/consumers', 'management', (c) =>
    consumers(c, (vhost) => seesVhost(c.var.identity, vhost)),
  );

  api.get('/consumers/:vhost', 'management', async (c) => {
    const wanted = await requireExistingVhost(api, c);
    return consumers(c, (vhost) => vhost === wanted);
  });
}
