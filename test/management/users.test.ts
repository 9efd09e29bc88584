import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();
const everything = { configure: '.*', write: '.*', read: '.*' };

describe('users over HTTP', () => {
  it('are made, let in, changed and deleted', async () => {
    expect(
      (await managed.put('/api/users/u', { password: 'p', tags: 'management, x' })).status,
    ).toBe(201);
    expect((await managed.get('/api/users/u')).json).toMatchObject({
      name: 'u',
      tags: ['management', 'x'],
      limits: {},
    });
    expect((await managed.get('/api/whoami', { as: 'u:p' })).json.tags).toEqual([
      'management',
      'x',
    ]);
    expect((await managed.put('/api/users/u', { password: 'q', tags: [] })).status).toBe(204);
    expect((await managed.get('/api/whoami', { as: 'u:p' })).status).toBe(401);
    expect((await managed.delete('/api/users/u')).status).toBe(204);
    expect((await managed.delete('/api/users/u')).status).toBe(404);
    expect((await managed.get('/api/users/u')).status).toBe(404);
  });

  it('need tags, even if there are none', async () => {
    expect((await managed.put('/api/users/u', { password: 'p' })).json.reason).toBe(
      'tags_not_present',
    );
  });

  it('come with the hash of their password, never with the password', async () => {
    await managed.put('/api/users/u', { password: 'secret-password', tags: '' });
    expect((await managed.get('/api/users')).text).not.toContain('secret-password');
  });

  it('keep their password when only their tags change', async () => {
    await managed.put('/api/users/u', { password: 'p', tags: 'management' });
    await managed.put('/api/users/u', { tags: 'monitoring' });
    expect((await managed.get('/api/whoami', { as: 'u:p' })).json.tags).toEqual(['monitoring']);
  });

  it('are let in nowhere at first, and deleted together', async () => {
    for (const name of ['a', 'b']) await managed.put(`/api/users/${name}`, { tags: '' });
    const { json } = await managed.get('/api/users/without-permissions');
    expect(json.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
    await managed.post('/api/users/bulk-delete', { users: ['a', 'b', 'c'] });
    expect((await managed.get('/api/users')).json).toHaveLength(1);
  });

  it('may do what they are permitted, as of now', async () => {
    await managed.put('/api/users/u', { password: 'p', tags: 'management' });
    const path = '/api/permissions/%2F/u';
    expect((await managed.get('/api/queues/%2F', { as: 'u:p' })).status).toBe(401);
    expect((await managed.put(path, everything)).status).toBe(201);
    expect((await managed.put(path, everything)).status).toBe(204);
    expect((await managed.get('/api/queues/%2F', { as: 'u:p' })).status).toBe(200);
    expect((await managed.get(path)).json).toEqual({ user: 'u', vhost: '/', ...everything });
    expect((await managed.get('/api/vhosts/%2F/permissions')).json).toHaveLength(2);
    expect((await managed.get('/api/users/u/permissions', { as: 'u:p' })).json).toHaveLength(1);
    expect((await managed.get('/api/users/guest/permissions', { as: 'u:p' })).status).toBe(401);
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get(path)).status).toBe(404);
    expect((await managed.get('/api/queues/%2F', { as: 'u:p' })).status).toBe(401);
  });

  it('are refused permissions that are no permissions', async () => {
    await managed.put('/api/users/u', { tags: '' });
    const refused = async (path: string, body: object) =>
      (await managed.put(`/api/permissions/${path}`, body)).json.reason;
    expect(await refused('%2F/u', { configure: '', write: '' })).toBe('[{key_missing,read}]');
    expect(await refused('%2F/u', { ...everything, read: '(' })).toMatch(/^invalid_regexp/);
    expect(await refused('nope/u', everything)).toBe('vhost_or_user_not_found');
    expect(await refused('%2F/nope', everything)).toBe('vhost_or_user_not_found');
  });

  it('may be held to routing keys', async () => {
    await managed.put('/api/users/u', { tags: '' });
    const path = '/api/topic-permissions/%2F/u';
    const permission = { exchange: 'amq.topic', write: '^a', read: '.*' };
    expect((await managed.put(path, permission)).status).toBe(201);
    expect((await managed.get(path)).json).toEqual([{ user: 'u', vhost: '/', ...permission }]);
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get('/api/topic-permissions')).json).toEqual([]);
  });

  it('have limits', async () => {
    const path = '/api/user-limits/guest/max-connections';
    expect((await managed.put(path, { value: 3 })).status).toBe(204);
    expect((await managed.get('/api/user-limits')).json).toEqual([
      { user: 'guest', value: { 'max-connections': 3 } },
    ]);
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get('/api/user-limits/guest')).json).toEqual([]);
    const unknown = await managed.put('/api/user-limits/guest/max-joy', { value: 3 });
    expect(unknown.json.reason).toMatch(/max-connections, max-channels/);
  });
});

describe('virtual hosts over HTTP', () => {
  it('are made with words about them, and deleted with all they hold', async () => {
    const said = { description: 'tests', tags: 'a,b' };
    expect((await managed.put('/api/vhosts/v', said)).status).toBe(201);
    expect((await managed.put('/api/vhosts/v', {})).status).toBe(204);
    expect((await managed.get('/api/vhosts/v')).json).toMatchObject({
      name: 'v',
      description: 'tests',
      tags: ['a', 'b'],
      messages: 0,
    });
    await managed.put('/api/queues/v/q');
    expect((await managed.delete('/api/vhosts/v')).status).toBe(204);
    expect((await managed.delete('/api/vhosts/v')).status).toBe(404);
    expect((await managed.get('/api/queues')).json).toEqual([]);
  });

  it('have limits', async () => {
    await managed.put('/api/vhost-limits/%2F/max-queues', { value: 1 });
    expect((await managed.get('/api/vhost-limits')).json).toEqual([
      { vhost: '/', value: { 'max-queues': 1 } },
    ]);
    expect((await managed.put('/api/queues/%2F/one')).status).toBe(201);
    expect((await managed.put('/api/queues/%2F/two')).status).toBe(400);
  });
});

describe('policies over HTTP', () => {
  it('apply to queues, which say so', async () => {
    await managed.put('/api/queues/%2F/a1');
    const policy = {
      pattern: '^a',
      definition: { 'max-length': 10 },
      priority: 1,
      'apply-to': 'queues',
    };
    const path = '/api/policies/%2F/p';
    expect((await managed.put(path, policy)).status).toBe(201);
    expect((await managed.get(path)).json).toEqual({ vhost: '/', name: 'p', ...policy });
    expect((await managed.get('/api/queues')).json[0]).toMatchObject({
      policy: 'p',
      effective_policy_definition: { 'max-length': 10 },
    });
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get('/api/queues')).json[0].policy).toBeNull();
    expect((await managed.get('/api/policies')).json).toEqual([]);
  });

  it('are refused when they say nothing that is known', async () => {
    const path = '/api/policies/%2F/p';
    const unknown = await managed.put(path, { pattern: '^a', definition: { nosuch: 1 } });
    expect(unknown.status).toBe(400);
    expect(unknown.json.reason).toMatch(/^Validation failed\n\n.*nosuch/);
    const missing = await managed.put(path, { pattern: '^a' });
    expect(missing.json.reason).toBe('[{key_missing,definition}]');
  });

  it('of operators hold on top', async () => {
    const policy = { pattern: '', definition: { 'max-length': 5 }, 'apply-to': 'queues' };
    await managed.put('/api/operator-policies/%2F/o', policy);
    await managed.put('/api/queues/%2F/q');
    expect((await managed.get('/api/queues/%2F/q')).json.operator_policy).toBe('o');
    expect((await managed.get('/api/operator-policies/%2F')).json).toHaveLength(1);
  });
});
