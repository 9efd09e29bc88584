import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();

describe('definitions over HTTP', () => {
  it('make another broker the same', async () => {
    await managed.put('/api/users/u', { password: 'p', tags: 'monitoring' });
    await managed.put('/api/vhosts/v');
    await managed.put('/api/exchanges/v/e', { type: 'topic' });
    await managed.put('/api/queues/v/q', { arguments: { 'x-max-length': 5 } });
    await managed.post('/api/bindings/v/e/e/q/q', { routing_key: 'a.#' });
    const { json, text } = await managed.get('/api/definitions');
    expect(text).not.toContain('"p"');
    // RabbitMQ's own exports say by which version they are to be read, and its tools look at it.
    expect(json.rabbit_version).toMatch(/^3\./);
    for (const path of ['users/u', 'vhosts/v']) await managed.delete(`/api/${path}`);
    expect((await managed.post('/api/definitions', json)).status).toBe(204);
    expect((await managed.get('/api/whoami', { as: 'u:p' })).json.name).toBe('u');
    expect((await managed.get('/api/bindings/v/e/e/q/q')).json).toHaveLength(1);
    expect((await managed.get('/api/queues/v/q')).json.arguments).toEqual({ 'x-max-length': 5 });
  });

  it('of one virtual host go into another', async () => {
    await managed.put('/api/queues/%2F/q');
    const { json } = await managed.get('/api/definitions/%2F');
    expect(json).not.toHaveProperty('users');
    await managed.put('/api/vhosts/v');
    expect((await managed.post('/api/definitions/v', json)).status).toBe(204);
    expect((await managed.get('/api/queues/v/q')).status).toBe(200);
    expect((await managed.get('/api/definitions/nope')).status).toBe(404);
  });

  it('that make no sense change nothing', async () => {
    const answer = await managed.post('/api/definitions', {
      vhosts: [{ name: 'new' }],
      queues: [{ name: 'q', vhost: 'nowhere', durable: true, auto_delete: false, arguments: {} }],
    });
    expect(answer.status).toBe(400);
    expect(answer.json.reason).toMatch(/nowhere/);
    expect((await managed.get('/api/vhosts/new')).status).toBe(404);
  });
});
