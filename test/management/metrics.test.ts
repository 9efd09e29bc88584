import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker({ latencySampling: 1 });
const DASHBOARDS = new URL('../../docs/grafana/', import.meta.url);

async function traffic(): Promise<{ close(): Promise<void> }> {
  const connection = await managed.connect();
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('q "1"');
  channel.sendToQueue('q "1"', Buffer.from('x'));
  channel.sendToQueue('q "1"', Buffer.from('x'));
  await channel.waitForConfirms();
  await channel.get('q "1"', { noAck: true });
  return connection;
}

/** Values by name and labels. */
function parse(text: string): Map<string, number> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('metrics', () => {
  it('have the names of RabbitMQ, summed up over objects', async () => {
    const before = parse((await managed.get('/metrics')).text);
    const oneMore = (name: string) => (before.get(name) ?? Number.NaN) + 1;
    const connection = await traffic();
    const { headers, text } = await managed.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
    const samples = parse(text);
    expect(Object.fromEntries(samples)).toMatchObject({
      rabbitmq_connections: 1,
      rabbitmq_channels: 1,
      rabbitmq_queues: 1,
      rabbitmq_connections_opened_total: oneMore('rabbitmq_connections_opened_total'),
      rabbitmq_queues_created_total: oneMore('rabbitmq_queues_created_total'),
      rabbitmq_queue_messages_ready: 1,
      'rabbitmq_global_messages_received_total{protocol="amqp091"}': 2,
      'rabbitmq_global_messages_confirmed_total{protocol="amqp091"}': 2,
      'rabbitmq_global_messages_delivered_get_auto_ack_total{protocol="amqp091",queue_type="rabbit_classic_queue"}': 1,
      directmq_feeds: 0,
      'directmq_ring_fill_ratio{source="shard-0",target="writer-0"}': 0,
    });
    expect(samples.get('rabbitmq_process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(text).not.toContain('q \\"1\\"');
    await connection.close();
  });

  it('come per object on request', async () => {
    const connection = await traffic();
    const perObject = parse((await managed.get('/metrics/per-object')).text);
    expect(perObject.get('rabbitmq_queue_messages_ready{vhost="/",queue="q \\"1\\""}')).toBe(1);
    const path = '/metrics/detailed?family=queue_coarse_metrics';
    const detailed = parse((await managed.get(`${path}&vhost=%2F`)).text);
    expect(detailed.get('rabbitmq_detailed_queue_messages{vhost="/",queue="q \\"1\\""}')).toBe(1);
    expect(detailed.size).toBe(3);
    expect(parse((await managed.get(`${path}&vhost=none`)).text).size).toBe(0);
    expect((await managed.get('/metrics/detailed?family=nonsense')).status).toBe(400);
    await connection.close();
  });

  it('are for monitors only', async () => {
    expect((await managed.get('/metrics', { as: null })).status).toBe(401);
    await managed.put('/api/users/u', { password: 'p', tags: 'management' });
    expect((await managed.get('/metrics', { as: 'u:p' })).status).toBe(401);
    await managed.put('/api/users/u', { tags: 'monitoring' });
    expect((await managed.get('/metrics', { as: 'u:p' })).status).toBe(200);
  });

  it('that the dashboards ask for exist', async () => {
    const connection = await traffic();
    const { text } = await managed.get('/metrics');
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const files = readdirSync(DASHBOARDS).filter((name) => name.endsWith('.json'));
    expect(files).not.toEqual([]);
    for (const file of files) {
      const dashboard = readFileSync(new URL(file, DASHBOARDS), 'utf8');
      const asked = [...dashboard.matchAll(/\b(?:rabbitmq|directmq)_[a-z0-9_]+/g)];
      expect(asked.length).toBeGreaterThan(10);
      expect(asked.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
    }
    await connection.close();
  });
});
