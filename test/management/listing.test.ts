import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();

async function declare(...names: string[]): Promise<void> {
  for (const name of names) await managed.put(`/api/queues/%2F/${name}`);
}

describe('lists', () => {
  it('come in pages', async () => {
    await declare('a1', 'b1', 'a2', 'a3');
    const { json } = await managed.get('/api/queues?page=2&page_size=2&name=A&sort=name');
    expect(json).toMatchObject({
      filtered_count: 3,
      item_count: 1,
      page: 2,
      page_count: 2,
      page_size: 2,
      total_count: 4,
    });
    expect(json.items.map(({ name }: { name: string }) => name)).toEqual(['a3']);
  });

  it('are refused pages that make no sense', async () => {
    expect((await managed.get('/api/queues?page=0')).json).toEqual({
      error: 'invalid_pagination_parameters',
      reason: 'Invalid pagination parameters: page number 0, page size undefined',
    });
    expect((await managed.get('/api/queues?page=1&page_size=501')).status).toBe(400);
    expect((await managed.get('/api/queues?page=2')).json.error).toBe('page_out_of_range');
  });

  it('are filtered by regular expressions', async () => {
    await declare('one', 'two', 'three');
    const { json } = await managed.get('/api/queues?page=1&use_regex=true&name=^t.*e$');
    expect(json.items.map(({ name }: { name: string }) => name)).toEqual(['three']);
  });

  it('refuse regular expressions that never end', async () => {
    await declare('a'.repeat(100));
    const pattern = encodeURIComponent('^(a+)+b$');
    const { status, json } = await managed.get(`/api/queues?page=1&use_regex=true&name=${pattern}`);
    expect(status).toBe(400);
    expect(json.reason).toMatch(/takes longer than/);
    expect((await managed.get('/api/queues?page=1&use_regex=true&name=(')).status).toBe(400);
  });

  it('have the columns that are asked for', async () => {
    await declare('q');
    const path = '/api/queues?columns=name,message_stats.publish_details.rate,nonsense.x';
    expect((await managed.get(path)).json).toEqual([
      { name: 'q', message_stats: { publish_details: { rate: 0 } } },
    ]);
    const overview = await managed.get('/api/overview?columns=object_totals.queues,node');
    expect(Object.keys(overview.json)).toEqual(['object_totals', 'node']);
  });

  it('are sorted by what is counted, either way', async () => {
    await declare('one', 'none', 'two');
    for (const name of ['one', 'two', 'two']) {
      await managed.post('/api/exchanges/%2F/amq.default/publish', {
        properties: {},
        routing_key: name,
        payload: '',
        payload_encoding: 'string',
      });
    }
    const names = async (query: string) =>
      (await managed.get(`/api/queues?${query}`)).json.map(({ name }: { name: string }) => name);
    expect(await names('sort=messages')).toEqual(['none', 'one', 'two']);
    expect(await names('sort=message_stats.publish&sort_reverse=true')).toEqual([
      'two',
      'one',
      'none',
    ]);
    expect(await names('sort=messages_details.rate&sort_reverse=true')).toHaveLength(3);
  });

  it('show in columns what they show as a whole', async () => {
    await declare('one', 'two');
    await managed.post('/api/exchanges/%2F/amq.default/publish', {
      properties: {},
      routing_key: 'one',
      payload: 'body',
      payload_encoding: 'string',
    });
    const { json: whole } = await managed.get('/api/queues?sort=name');
    for (const columns of [
      ['name', 'vhost', 'arguments'],
      ['name', 'messages', 'message_bytes_ready', 'message_stats.publish'],
      ['message_stats.deliver_get', 'messages_details.rate', 'consumers'],
      // These are neither described nor counted, or not there at all.
      ['name', 'idle_since', 'messages_ram'],
      ['message_stats', 'publish', 'number', 'owner'],
    ]) {
      const { json } = await managed.get(`/api/queues?sort=name&columns=${columns.join()}`);
      expect(json).toEqual(whole.map((queue: object) => only(queue, columns)));
    }
  });

  it('leave out statistics', async () => {
    await declare('q');
    const { json } = await managed.get('/api/queues?disable_stats=true');
    expect(json[0]).toMatchObject({ name: 'q', state: 'running' });
    expect(json[0]).not.toHaveProperty('message_stats');
  });

  it('of many things come whole', async () => {
    const count = 1100;
    managed.broker.administer(({ vhosts }) => {
      for (let i = 0; i < count; i++) {
        const flags = { durable: false, autoDelete: false, exclusive: false };
        vhosts.get('/')?.declareQueue({ name: `q${i}`, ...flags, table: {}, connection: 0 });
      }
    });
    const { json } = await managed.get('/api/queues?columns=name');
    expect(new Set(json.map(({ name }: { name: string }) => name)).size).toBe(count);
  });
});

/** The fields that `columns` names, of whatever depth up to two. */
function only(object: object, columns: readonly string[]): object {
  const picked: Record<string, unknown> = {};
  for (const column of columns) {
    const [field, inner, innermost] = column.split('.');
    const value = (object as Record<string, unknown>)[field];
    if (value === undefined) continue;
    if (inner === undefined) picked[field] = value;
    else if (innermost === undefined) picked[field] = only(value as object, [inner]);
    else picked[field] = { [inner]: only((value as Record<string, object>)[inner], [innermost]) };
  }
  return picked;
}
