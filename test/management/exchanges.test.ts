import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();
const EXCHANGES = '/api/exchanges/%2F';

describe('exchanges over HTTP', () => {
  it('are declared, shown and deleted', async () => {
    const exchange = { type: 'topic', auto_delete: true, internal: true, arguments: { x: 'y' } };
    expect((await managed.put(`${EXCHANGES}/e`, exchange)).status).toBe(201);
    expect((await managed.put(`${EXCHANGES}/e`, exchange)).status).toBe(204);
    const { json } = await managed.get(`${EXCHANGES}/e`);
    expect(json).toMatchObject({ name: 'e', vhost: '/', durable: false, ...exchange });
    expect((await managed.delete(`${EXCHANGES}/e`)).status).toBe(204);
    expect((await managed.delete(`${EXCHANGES}/e`)).status).toBe(404);
  });

  it('that are there from the start are listed, and stay', async () => {
    const { json } = await managed.get(EXCHANGES);
    const names = json.map(({ name }: { name: string }) => name);
    expect(names).toEqual([
      '',
      'amq.direct',
      'amq.fanout',
      'amq.topic',
      'amq.headers',
      'amq.match',
    ]);
    expect((await managed.delete(`${EXCHANGES}/amq.direct`)).status).toBe(401);
  });

  it('are refused with an unknown type or another one than they have', async () => {
    const unknown = await managed.put(`${EXCHANGES}/e`, { type: 'nosuch' });
    expect(unknown.status).toBe(400);
    expect(unknown.json.reason).toMatch(/unknown exchange type 'nosuch'/);
    await managed.put(`${EXCHANGES}/e`, { type: 'direct' });
    const other = await managed.put(`${EXCHANGES}/e`, { type: 'fanout' });
    expect(other.json.reason).toMatch(/^inequivalent arg 'type' for exchange 'e'/);
  });

  it('count what is published to them, and what goes on', async () => {
    await managed.put('/api/queues/%2F/q1');
    await managed.put('/api/queues/%2F/q2');
    for (const queue of ['q1', 'q2']) {
      await managed.post(`/api/bindings/%2F/e/amq.fanout/q/${queue}`, {});
    }
    await managed.post(`${EXCHANGES}/amq.fanout/publish`, {
      properties: {},
      routing_key: '',
      payload: 'x',
      payload_encoding: 'string',
    });
    const { json } = await managed.get(`${EXCHANGES}/amq.fanout`);
    expect(json.message_stats).toMatchObject({ publish_in: 1, publish_out: 2 });
  });
});

describe('bindings over HTTP', () => {
  it('are created, found by their key, and deleted', async () => {
    await managed.put('/api/queues/%2F/q');
    await managed.put(`${EXCHANGES}/e`, { type: 'topic' });
    const path = '/api/bindings/%2F/e/e/q/q';
    const made = await managed.post(path, { routing_key: 'a b', arguments: { x: 'y' } });
    expect(made.status).toBe(201);
    const [binding] = (await managed.get(path)).json;
    expect(binding).toMatchObject({
      source: 'e',
      vhost: '/',
      destination: 'q',
      destination_type: 'queue',
      routing_key: 'a b',
      arguments: { x: 'y' },
    });
    const key = encodeURIComponent(binding.properties_key);
    expect(made.headers.get('location')).toBe(`q/${key}`);
    expect((await managed.get(`${path}/${key}`)).json).toEqual(binding);
    expect((await managed.delete(`${path}/${key}`)).status).toBe(204);
    expect((await managed.delete(`${path}/${key}`)).status).toBe(404);
    expect((await managed.get(path)).json).toEqual([]);
  });

  it('are found by their routing key as it is, too', async () => {
    await managed.put('/api/queues/%2F/q');
    const path = '/api/bindings/%2F/e/amq.topic/q/q';
    for (const key of ['a.#', 'a.%23']) await managed.post(path, { routing_key: key });
    const named = async (key: string) => (await managed.get(`${path}/${key}`)).json?.routing_key;
    expect(await named(encodeURIComponent('a.#'))).toBe('a.#');
    // As a properties_key this is the first, as a routing key the second.
    expect(await named(encodeURIComponent('a.%23'))).toBe('a.#');
    expect(await named(encodeURIComponent('a.%2523'))).toBe('a.%23');
    expect((await managed.delete(`${path}/${encodeURIComponent('a.#')}`)).status).toBe(204);
    expect(await named(encodeURIComponent('a.%2523'))).toBe('a.%23');
  });

  it('are listed from both ends', async () => {
    await managed.put('/api/queues/%2F/q');
    await managed.put(`${EXCHANGES}/e`);
    await managed.post('/api/bindings/%2F/e/e/q/q', { routing_key: 'k' });
    await managed.post('/api/bindings/%2F/e/amq.topic/e/e', { routing_key: '#' });
    const count = async (path: string) => (await managed.get(path)).json.length;
    // The first of each is that to the default exchange.
    expect(await count('/api/queues/%2F/q/bindings')).toBe(2);
    expect(await count('/api/bindings')).toBe(3);
    expect(await count(`${EXCHANGES}/e/bindings/source`)).toBe(1);
    expect(await count(`${EXCHANGES}/e/bindings/destination`)).toBe(1);
    expect(await count(`${EXCHANGES}/amq.topic/bindings/source`)).toBe(1);
  });

  it('need both ends to exist', async () => {
    await managed.put('/api/queues/%2F/q');
    expect((await managed.post('/api/bindings/%2F/e/nope/q/q', {})).json).toEqual({
      error: 'not_found',
      reason: "no exchange 'nope' in vhost '/'",
    });
    expect((await managed.post('/api/bindings/%2F/e/amq.topic/q/nope', {})).status).toBe(404);
  });
});
