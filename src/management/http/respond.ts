import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { pickColumns } from './columns.ts';
import type { ApiContext } from './environment.ts';
import { type Listed, readListQuery, type Selection, select } from './listing.ts';

/** Objects turned into JSON at a time: about a millisecond; other clients wait no longer. */
const CHUNK_OBJECTS = 200;

/** Answers with an object, or the fields of it that `columns` names. */
export function respondWithObject(c: ApiContext, object: JsonObject): Response {
  const columns = c.req.query('columns');
  return c.json(columns === undefined ? object : pickColumns(object, columns.split(',')));
}

/** Answers with what the client wants of a list. @throws ApiError 400 */
export function respondWithList<T>(c: ApiContext, listed: Listed<T>): Response {
  const selection = select(
    listed,
    readListQuery((name) => c.req.query(name)),
  );
  if (selection.page !== null) {
    return c.json({ ...selection.page, items: selection.items.map(selection.show) });
  }
  if (selection.items.length <= CHUNK_OBJECTS) {
    return c.json(selection.items.map(selection.show));
  }
  c.header('content-type', 'application/json');
  return c.body(streamOf(selection));
}

/** Things that are objects in JSON already. */
export function listOf(
  items: readonly JsonObject[],
  name: (item: JsonObject) => string = (item) => String(item.name ?? ''),
): Listed<JsonObject> {
  return { items, name, show: (item) => item };
}

function streamOf<T>({ items, show }: Selection<T>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      // Lets other requests have their turn: a client that reads fast would never let go.
      await new Promise(setImmediate);
      const chunk = items.slice(next, next + CHUNK_OBJECTS);
      const text = chunk.map((item) => JSON.stringify(show(item))).join(',');
      controller.enqueue(encoder.encode((next === 0 ? '[' : ',') + text));
      next += chunk.length;
      if (next < items.length) return;
      controller.enqueue(encoder.encode(']'));
      controller.close();
    },
  });
}
