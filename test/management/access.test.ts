import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const everything = { configure: '.*', write: '.*', read: '.*' };
const managed = useManagedBroker({
  vhosts: ['/', 'other'],
  users: [
    { name: 'guest', password: 'guest', tags: ['administrator'], permissions: { '/': everything } },
    { name: 'nobody', password: 'p', tags: [], permissions: { '/': everything } },
    { name: 'watcher', password: 'p', tags: ['monitoring'], permissions: {} },
    {
      name: 'worker',
      password: 'p',
      tags: ['management'],
      permissions: { '/': { configure: '^w', write: '.*', read: '^$' } },
    },
  ],
});

describe('the management API', () => {
  it('asks for a password', async () => {
    const { status, headers } = await managed.get('/api/overview', { as: null });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/);
  });

  it('makes no browser ask when a page asks itself', async () => {
    const { status, headers } = await managed.get('/api/overview', {
      as: 'guest:wrong',
      headers: { 'x-requested-with': 'XMLHttpRequest' },
    });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBeNull();
  });

  it('refuses wrong passwords and headers that are none', async () => {
    expect((await managed.get('/api/whoami', { as: 'guest:wrong' })).json).toEqual({
      error: 'not_authorized',
      reason: 'Login failed',
    });
    for (const authorization of ['Basic', 'Basic !', 'Bearer x', `Basic ${btoa('nocolon')}`]) {
      const answer = await managed.get('/api/whoami', { as: null, headers: { authorization } });
      expect(answer.status).toBe(401);
    }
  });

  it('says who is asking', async () => {
    expect((await managed.get('/api/whoami', { as: 'worker:p' })).json).toEqual({
      name: 'worker',
      tags: ['management'],
    });
  });

  it('lets in no user without a tag', async () => {
    const { status, json } = await managed.get('/api/overview', { as: 'nobody:p' });
    expect(status).toBe(401);
    expect(json).toEqual({ error: 'not_authorised', reason: 'Not management user' });
  });

  it('shows users only the virtual hosts that they may enter, and monitors all', async () => {
    const vhosts = async (as: string) =>
      (await managed.get('/api/vhosts', { as })).json.map(({ name }: { name: string }) => name);
    expect(await vhosts('worker:p')).toEqual(['/']);
    expect(await vhosts('watcher:p')).toEqual(['/', 'other']);
    expect((await managed.get('/api/queues/other', { as: 'worker:p' })).json).toEqual({
      error: 'not_authorised',
      reason: 'User not authorised to access virtual host',
    });
  });

  it('shows nodes to monitors only', async () => {
    expect((await managed.get('/api/nodes', { as: 'worker:p' })).status).toBe(401);
    expect((await managed.get('/api/nodes', { as: 'watcher:p' })).json).toHaveLength(1);
  });

  it('holds users to their permissions', async () => {
    expect((await managed.put('/api/queues/%2F/w1', {}, { as: 'worker:p' })).status).toBe(201);
    const refused = await managed.put('/api/queues/%2F/x1', {}, { as: 'worker:p' });
    expect(refused.status).toBe(401);
    expect(refused.json.reason).toMatch(/^ACCESS_REFUSED - configure access to queue 'x1'/);
    const get = { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' };
    const read = await managed.post('/api/queues/%2F/w1/get', get, { as: 'worker:p' });
    expect(read.status).toBe(401);
    const elsewhere = await managed.put('/api/queues/other/w1', {}, { as: 'watcher:p' });
    expect(elsewhere.status).toBe(401);
  });

  it('refuses what pages of other origins make browsers ask', async () => {
    const path = '/api/queues/%2F/q';
    const foreign: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      expect((await managed.put(path, {}, { headers })).status).toBe(403);
    }
    expect((await managed.put(path, {}, { headers: { origin: managed.url } })).status).toBe(201);
  });

  it('answers with headers that keep browsers from mischief', async () => {
    const { headers } = await managed.get('/api/whoami');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('refuses bodies that are too large, or no JSON', async () => {
    const large = await managed.put('/api/queues/%2F/q', 'x'.repeat(11 * 1024 * 1024));
    expect(large.status).toBe(413);
    expect((await managed.put('/api/queues/%2F/q', '{')).json).toEqual({
      error: 'bad_request',
      reason: 'not_json',
    });
    expect((await managed.put('/api/queues/%2F/q', '[]')).status).toBe(400);
  });

  it('names the methods of a path, and knows no other paths', async () => {
    const { status, headers } = await managed.post('/api/overview');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
    expect((await managed.get('/api/nonsense')).json).toEqual({
      error: 'Object Not Found',
      reason: 'Not Found',
    });
  });
});
