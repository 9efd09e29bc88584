import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor, within } from '../support/wait-for.ts';

const managed = useManagedBroker();

describe('connections over HTTP', () => {
  it('say who is connected, and how much went through', async () => {
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    channel.sendToQueue('q', Buffer.alloc(1000));
    await channel.waitForConfirms();
    const [shown] = (await managed.get('/api/connections')).json;
    expect(shown).toMatchObject({
      user: 'guest',
      vhost: '/',
      state: 'running',
      protocol: 'AMQP 0-9-1',
      auth_mechanism: 'PLAIN',
      ssl: false,
      channels: 1,
      peer_host: '127.0.0.1',
      port: managed.broker.port,
      client_properties: { product: 'amqplib' },
    });
    expect(shown.recv_oct).toBeGreaterThan(1000);
    expect(shown.send_oct).toBeGreaterThan(100);
    expect(shown.name).toBe(`127.0.0.1:${shown.peer_port} -> 127.0.0.1:${managed.broker.port}`);
    const path = `/api/connections/${encodeURIComponent(shown.name)}`;
    expect((await managed.get(path)).json.name).toBe(shown.name);
    expect((await managed.get('/api/vhosts/%2F/connections')).json).toHaveLength(1);
    expect((await managed.get('/api/connections/username/guest')).json).toHaveLength(1);
    await connection.close();
    await waitFor('the end', async () => (await managed.get(path)).status === 404);
  });

  it('are closed with a reason that the client is told', async () => {
    const connection = await managed.connect();
    const errors: Error[] = [];
    connection.on('error', (error) => errors.push(error));
    const closed = once(connection, 'close');
    const [{ name }] = (await managed.get('/api/connections')).json;
    const path = `/api/connections/${encodeURIComponent(name)}`;
    expect((await managed.delete(path, { headers: { 'x-reason': 'go home' } })).status).toBe(204);
    const [error] = await within('the close', closed);
    expect(String(error)).toMatch(/320.*go home/);
    expect((await managed.delete(path)).status).toBe(404);
  });

  it('show their channels, and what these have done', async () => {
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    await channel.prefetch(9, true);
    channel.sendToQueue('q', Buffer.from('x'));
    channel.publish('', 'nowhere', Buffer.from('x'));
    await channel.waitForConfirms();
    await channel.get('q');
    const [shown] = (await managed.get('/api/channels')).json;
    expect(shown).toMatchObject({
      number: 1,
      confirm: true,
      transactional: false,
      consumer_count: 0,
      global_prefetch_count: 9,
      messages_unacknowledged: 1,
      user: 'guest',
      message_stats: { publish: 2, confirm: 2, drop_unroutable: 1, get: 1 },
    });
    const one = await managed.get(`/api/channels/${encodeURIComponent(shown.name)}`);
    expect(one.json.name).toBe(shown.name);
    const connectionPath = encodeURIComponent(shown.connection_details.name);
    expect((await managed.get(`/api/connections/${connectionPath}/channels`)).json).toHaveLength(1);
    await connection.close();
  });
});
