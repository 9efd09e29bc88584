import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, created, pathPart, removed } from '../http/api.ts';
import { respondWithList, respondWithObject } from '../http/respond.ts';
import { RowList } from '../http/row-list.ts';
import { requireVhost, seesVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { ConsumerPresenter } from '../present/consumers.ts';
import { QueuePresenter } from '../present/queues.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';
import { requireExistingVhost } from './vhost-guard.ts';

const KINDS = ['queue', 'binding', 'consumer'] as const;

/** `/api/queues`. */
export function queueRoutes(api: Api): void {
  const { tables, broker } = api.parts;

  api.get('/queues', 'management', async (c) => {
    const table = await tables.fresh('queue');
    const { identity } = c.var;
    const presenter = new QueuePresenter(table, broker);
    const seen = ({ description }: { description: { readonly vhost?: unknown } }) =>
      seesVhost(identity, String(description.vhost));
    return respondWithList(c, new RowList(table, presenter, seen));
  });

  api.get('/queues/:vhost', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    const table = await tables.fresh('queue');
    const presenter = new QueuePresenter(table, broker);
    const list = new RowList(table, presenter, (row) => row.description.vhost === vhost);
    return respondWithList(c, list);
  });

  api.get('/queues/:vhost/:name', 'management', async (c) => {
    const vhost = pathPart(c, 'vhost');
    const name = pathPart(c, 'name');
    requireVhost(c.var.identity, vhost);
    const row = await tables.one('queue', vhost, name);
    if (row === null) throw notFound();
    const consumers = await tables.fresh('consumer');
    const consumerPresenter = new ConsumerPresenter(consumers, broker);
    const own = [...consumers.rows()].filter(
      ({ description: d }) => d.vhost === vhost && d.queue === name,
    );
    return respondWithObject(c, {
      ...new QueuePresenter(tables.table('queue'), broker).full(row),
      ...privileged(row, own, consumers),
      consumer_details: own.map((consumer) => consumerPresenter.full(consumer)),
    });
  });

  api.put('/queues/:vhost/:name', 'management', async (c) => {
    const given = { ...(await bodyOf(c)), ...target(c) };
    const { created: isNew } = await act<{ created: boolean }>(
      api,
      c,
      'queue.declare',
      given,
      KINDS,
    );
    return created(c, isNew);
  });

  api.delete('/queues/:vhost/:name', 'management', async (c) => {
    const given = {
      ...target(c),
      'if-unused': c.req.query('if-unused') === 'true',
      'if-empty': c.req.query('if-empty') === 'true',
    };
    return removed(c, await act(api, c, 'queue.delete', given, KINDS));
  });

  api.delete('/queues/:vhost/:name/contents', 'management', async (c) =>
    removed(c, await act(api, c, 'queue.purge', target(c), KINDS)),
  );

  api.post('/queues/:vhost/:name/get', 'management', async (c) => {
    const given = { ...(await bodyOf(c)), ...target(c) };
    return c.json((await act(api, c, 'message.get', given, ['queue'])) as object);
  });

  // There is one node: mirrors are always in step, and leaders where they should be.
  api.post('/queues/:vhost/:name/actions', 'administrator', async (c) => {
    const { action } = await bodyOf(c);
    if (action !== 'sync' && action !== 'cancel_sync') {
      return c.json({ error: 'bad_request', reason: `unknown action ${String(action)}` }, 400);
    }
    const row = await tables.one('queue', pathPart(c, 'vhost'), pathPart(c, 'name'));
    if (row === null) throw notFound();
    return c.body(null, 204);
  });
}

function target(c: Parameters<typeof pathPart>[0]): { vhost: string; name: string } {
  return { vhost: pathPart(c, 'vhost'), name: pathPart(c, 'name') };
}

/** Who of a queue's consumers has it for itself, or is served alone; null if nobody is. */
function privileged(
  queue: Row,
  consumers: readonly Row[],
  table: ObjectTable,
): { exclusive_consumer_tag: Json; single_active_consumer_tag: Json } {
  const tagOf = (wanted: (consumer: Row) => boolean) =>
    consumers.find(wanted)?.description.consumer_tag ?? null;
  const { 'x-single-active-consumer': single } = queue.description.arguments as JsonObject;
  return {
    exclusive_consumer_tag: tagOf(({ description }) => description.exclusive === true),
    single_active_consumer_tag: tagOf(
      (consumer) => single === true && table.value(consumer, 'active') === 1,
    ),
  };
}
