import { findCalled } from '../../amqp-control/stats/binding-key.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { type Api, act, bodyOf, pathPart, removed } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { listOf, respondWithList, respondWithObject } from '../http/respond.ts';
import { seesVhost } from '../http/tags.ts';
import { notFound } from '../link/api-error.ts';
import { requireExistingVhost } from './vhost-guard.ts';

const KINDS = ['binding', 'exchange'] as const;
const DEFAULT_NAME = 'amq.default';

/** `/api/bindings`, and the bindings of queues and exchanges. */
export function bindingRoutes(api: Api): void {
  const { tables } = api.parts;

  async function bindings(belongs: (binding: JsonObject) => boolean): Promise<JsonObject[]> {
    const table = await tables.fresh('binding');
    return [...table.rows()].map(({ description }) => description).filter(belongs);
  }

  api.get('/bindings', 'management', async (c) => {
    const { identity } = c.var;
    const seen = await bindings(({ vhost }) => seesVhost(identity, String(vhost)));
    return respondWithList(c, listOf(seen));
  });

  api.get('/bindings/:vhost', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    return respondWithList(c, listOf(await bindings((binding) => binding.vhost === vhost)));
  });

  for (const [path, end] of [
    ['/queues/:vhost/:name/bindings', 'queue'],
    ['/exchanges/:vhost/:name/bindings/source', 'source'],
    ['/exchanges/:vhost/:name/bindings/destination', 'exchange'],
  ] as const) {
    api.get(path, 'management', async (c) => {
      const vhost = await requireExistingVhost(api, c);
      const name = exchangeName(pathPart(c, 'name'));
      if ((await tables.one(end === 'queue' ? 'queue' : 'exchange', vhost, name)) === null) {
        throw notFound();
      }
      const own = await bindings((binding) => {
        if (binding.vhost !== vhost) return false;
        if (end === 'source') return binding.source === name;
        return binding.destination_type === end && binding.destination === name;
      });
      return respondWithList(c, listOf(own));
    });
  }

  for (const [letter, destinationType] of [
    ['q', 'queue'],
    ['e', 'exchange'],
  ] as const) {
    const path = `/bindings/:vhost/e/:source/${letter}/:destination`;

    api.get(path, 'management', async (c) => {
      await requireExistingVhost(api, c);
      const ends = endsOf(c, destinationType);
      return c.json(await bindings((binding) => joins(binding, ends)));
    });

    api.post(path, 'management', async (c) => {
      const given = { ...(await bodyOf(c)), ...endsOf(c, destinationType) };
      const { properties_key: key } = await act<{ properties_key: string }>(
        api,
        c,
        'binding.create',
        given,
        KINDS,
      );
      c.header('location', `${encodeURIComponent(given.destination)}/${encodeURIComponent(key)}`);
      return c.body(null, 201);
    });

    api.get(`${path}/:key`, 'management', async (c) => {
      await requireExistingVhost(api, c);
      const ends = endsOf(c, destinationType);
      const joining = await bindings((candidate) => joins(candidate, ends));
      const key = (binding: JsonObject) => String(binding.properties_key);
      const binding = findCalled(joining, key, pathPart(c, 'key'));
      if (binding === undefined) throw notFound();
      return respondWithObject(c, binding);
    });

    api.delete(`${path}/:key`, 'management', async (c) => {
      const given = { ...endsOf(c, destinationType), properties_key: pathPart(c, 'key') };
      return removed(c, await act(api, c, 'binding.delete', given, KINDS));
    });
  }
}

interface Ends {
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
}

function endsOf(c: ApiContext, destinationType: string): Ends & JsonObject {
  const destination = pathPart(c, 'destination');
  return {
    vhost: pathPart(c, 'vhost'),
    source: exchangeName(pathPart(c, 'source')),
    destination: destinationType === 'queue' ? destination : exchangeName(destination),
    destination_type: destinationType,
  };
}

function joins(binding: JsonObject, ends: Ends): boolean {
  return (
    binding.vhost === ends.vhost &&
    binding.source === ends.source &&
    binding.destination === ends.destination &&
    binding.destination_type === ends.destination_type
  );
}

function exchangeName(name: string): string {
  return name === DEFAULT_NAME ? '' : name;
}
