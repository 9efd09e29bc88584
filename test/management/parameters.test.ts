import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();

describe('parameters over HTTP', () => {
  it('are the limits of virtual hosts, which can be set as such', async () => {
    const path = '/api/parameters/vhost-limits/%2F/limits';
    expect((await managed.get('/api/parameters')).json).toEqual([]);
    expect((await managed.put(path, { value: { 'max-queues': 1 } })).status).toBe(201);
    expect((await managed.put(path, { value: { 'max-queues': 2 } })).status).toBe(204);
    const parameter = {
      vhost: '/',
      component: 'vhost-limits',
      name: 'limits',
      value: { 'max-queues': 2 },
    };
    expect((await managed.get('/api/parameters')).json).toEqual([parameter]);
    expect((await managed.get('/api/parameters/vhost-limits')).json).toEqual([parameter]);
    expect((await managed.get('/api/parameters/vhost-limits/%2F')).json).toEqual([parameter]);
    expect((await managed.get(path)).json).toEqual(parameter);
    expect((await managed.get('/api/parameters/operator_policy')).json).toEqual([]);
    expect((await managed.get('/api/vhost-limits/%2F')).json[0].value).toEqual({ 'max-queues': 2 });
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.delete(path)).status).toBe(404);
    expect((await managed.get(path)).status).toBe(404);
  });

  it('are operator policies, too', async () => {
    const path = '/api/parameters/operator_policy/%2F/cap';
    const value = { pattern: '^q', definition: { 'max-length': 1 }, 'apply-to': 'queues' };
    expect((await managed.put(path, { value })).status).toBe(201);
    await managed.put('/api/queues/%2F/q', {});
    expect((await managed.get('/api/queues/%2F/q')).json.operator_policy).toBe('cap');
    expect((await managed.get(path)).json.value).toMatchObject(value);
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get('/api/operator-policies')).json).toEqual([]);
  });

  it('of components that are not there are refused', async () => {
    const federation = await managed.put('/api/parameters/federation-upstream/%2F/a', {
      value: { uri: 'amqp://' },
    });
    expect(federation.status).toBe(400);
    expect(federation.json.reason).toBe(
      'Validation failed\n\ncomponent federation-upstream not found\n',
    );
    const missing = await managed.put('/api/parameters/vhost-limits/%2F/limits', {});
    expect(missing.json.reason).toBe('[{key_missing,value}]');
    const nowhere = await managed.put('/api/parameters/vhost-limits/nope/limits', { value: {} });
    expect(nowhere.status).toBe(404);
  });

  it('are shown to who sets policies, and set by administrators', async () => {
    await managed.put('/api/users/u', { password: 'p', tags: 'policymaker' });
    await managed.put('/api/permissions/%2F/u', { configure: '', write: '', read: '' });
    const as = 'u:p';
    expect((await managed.get('/api/parameters', { as })).status).toBe(200);
    const path = '/api/parameters/vhost-limits/%2F/limits';
    expect((await managed.put(path, { value: { 'max-queues': 1 } }, { as })).status).toBe(401);
  });
});

describe('global parameters over HTTP', () => {
  it('are any JSON under any name', async () => {
    const path = '/api/global-parameters/owner';
    const value = { team: 'shop', mail: ['a@example.org'] };
    expect((await managed.put(path, { value })).status).toBe(201);
    expect((await managed.put(path, { value })).status).toBe(204);
    expect((await managed.get(path)).json).toEqual({ name: 'owner', value });
    expect((await managed.get('/api/global-parameters')).json).toEqual([{ name: 'owner', value }]);
    const { json } = await managed.get('/api/definitions');
    expect(json.global_parameters).toEqual([{ name: 'owner', value }]);
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get(path)).status).toBe(404);
    expect((await managed.post('/api/definitions', json)).status).toBe(204);
    expect((await managed.get(path)).json.value).toEqual(value);
    await managed.delete(path);
  });

  it('are refused when they are too large', async () => {
    const answer = await managed.put('/api/global-parameters/x', { value: 'x'.repeat(70_000) });
    expect(answer.status).toBe(400);
    expect(answer.json.reason).toMatch(/more than 65536 octets/);
  });

  it('hold the name of the cluster, which is that of the node at first', async () => {
    const node = (await managed.get('/api/overview')).json.node;
    expect((await managed.get('/api/cluster-name')).json).toEqual({ name: node });
    expect((await managed.put('/api/cluster-name', { name: 'shop' })).status).toBe(204);
    expect((await managed.get('/api/cluster-name')).json).toEqual({ name: 'shop' });
    expect((await managed.get('/api/overview')).json.cluster_name).toBe('shop');
    await managed.delete('/api/global-parameters/cluster_name');
    expect((await managed.get('/api/cluster-name')).json).toEqual({ name: node });
  });
});

describe('what is administered', () => {
  it('is logged', async () => {
    await managed.put('/api/users/ann', { password: 'p', tags: 'management' });
    await managed.put('/api/permissions/%2F/ann', { configure: '', write: '^a', read: '' });
    const policy = { pattern: '^a', definition: { 'max-length': 3 }, 'apply-to': 'queues' };
    await managed.put('/api/policies/%2F/short', policy);
    await managed.delete('/api/policies/%2F/short');
    await managed.delete('/api/users/ann');
    const { json, text } = await managed.get('/api/directmq/events');
    const events = json.map(({ event }: { event: string }) => event);
    expect(events).toEqual(
      expect.arrayContaining([
        'user made',
        'permissions set',
        'policy set',
        'policy deleted',
        'user deleted',
      ]),
    );
    expect(json.find(({ event }: { event: string }) => event === 'policy set')).toMatchObject({
      vhost: '/',
      name: 'short',
      pattern: '^a',
      definition: '{"max-length":3}',
    });
    expect(text).not.toContain('hash');
  });
});
