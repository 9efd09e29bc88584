import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const directory = mkdtempSync(join(tmpdir(), 'directmq-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const managed = useManagedBroker();

type Churn = Readonly<Record<'connection_created' | 'channel_created' | 'queue_created', number>> &
  Readonly<Record<'connection_closed' | 'channel_closed', number>>;

/** What came and went since the broker's start. */
async function churn(): Promise<Churn> {
  return (await managed.get('/api/overview')).json.churn_rates;
}

describe('the overview', () => {
  it('counts objects, messages and what comes and goes', async () => {
    const before = await churn();
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    for (let i = 0; i < 3; i++) channel.sendToQueue('q', Buffer.from('x'));
    await channel.waitForConfirms();
    const { json } = await managed.get('/api/overview');
    expect(json).toMatchObject({
      product_name: 'DirectMQ',
      object_totals: { connections: 1, channels: 1, queues: 1, exchanges: 6, consumers: 0 },
      queue_totals: { messages: 3, messages_ready: 3, messages_unacknowledged: 0 },
      message_stats: { publish: 3, confirm: 3 },
      churn_rates: {
        connection_created: before.connection_created + 1,
        channel_created: before.channel_created + 1,
        queue_created: before.queue_created + 1,
      },
      listeners: [{ protocol: 'amqp', port: managed.broker.port }, { protocol: 'http' }],
    });
    await connection.close();
  });

  it('counts on what closed channels have counted', async () => {
    const before = await churn();
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    channel.sendToQueue('q', Buffer.from('x'));
    await channel.waitForConfirms();
    await connection.close();
    const { json } = await waitFor('the end', async () => {
      const answer = await managed.get('/api/overview');
      const closed = answer.json.churn_rates.connection_closed > before.connection_closed;
      return closed && answer.json.object_totals.connections === 0 && answer;
    });
    expect(json.message_stats).toMatchObject({ publish: 1, confirm: 1 });
    expect(json.churn_rates).toMatchObject({
      connection_closed: before.connection_closed + 1,
      channel_closed: before.channel_closed + 1,
    });
    expect((await managed.get('/api/vhosts/%2F')).json).toMatchObject({
      name: '/',
      messages: 1,
      message_stats: { publish: 1 },
    });
  });

  it('knows the node', async () => {
    const [node] = (await managed.get('/api/nodes')).json;
    expect(node).toMatchObject({ running: true, os_pid: String(process.pid), mem_alarm: false });
    expect(node.mem_used).toBeGreaterThan(1_000_000);
    expect(node.fd_used).toBeGreaterThan(3);
    expect((await managed.get(`/api/nodes/${node.name}`)).json.name).toBe(node.name);
    expect((await managed.get('/api/nodes/nope')).status).toBe(404);
    expect((await managed.get('/api/cluster-name')).json).toEqual({ name: node.name });
  });
});

describe('a node', () => {
  const limited = useManagedBroker({ memoryHighWater: 4 * 1024 ** 3, dataDir: directory });

  it('says what it may use, and that the disk is short, not the memory', async () => {
    const [node] = (await limited.get('/api/nodes')).json;
    expect(node).toMatchObject({ mem_limit: 4 * 1024 ** 3, disk_free_limit: 50 * 1024 ** 2 });
    const { bavail, bsize } = statfsSync(directory);
    // Others use the same disk.
    expect(node.disk_free / (bavail * bsize)).toBeCloseTo(1, 1);
    limited.broker.administer((core) => core.setAlarm('disk', 'low on disk'));
    const alarms = { mem_alarm: false, disk_free_alarm: true };
    expect((await limited.get('/api/nodes')).json[0]).toMatchObject(alarms);
    const { text } = await limited.get('/metrics');
    expect(text).toMatch(/^rabbitmq_alarms_free_disk_space_watermark 1$/m);
    expect(text).toMatch(/^rabbitmq_alarms_memory_used_watermark 0$/m);
    expect(text).toMatch(/^rabbitmq_resident_memory_limit_bytes 4294967296$/m);
    limited.broker.administer((core) => core.setAlarm('disk', null));
  });

  it('says how one may log in, and how logins ended', async () => {
    const [node] = (await limited.get('/api/nodes')).json;
    expect(node.auth_mechanisms).toContainEqual({
      name: 'EXTERNAL',
      description: 'SASL EXTERNAL',
      enabled: false,
    });
    await limited.get('/api/whoami', { as: 'guest:wrong' });
    const path = `/api/auth/attempts/${node.name}`;
    const attempts = (await limited.get(path)).json;
    expect(attempts).toContainEqual(
      expect.objectContaining({ protocol: 'http', auth_attempts_failed: 1 }),
    );
    expect((await limited.get('/metrics')).text).toMatch(
      /^rabbitmq_auth_attempts_failed_total\{protocol="http"\} 1$/m,
    );
  });
});

describe('rates', () => {
  it('and their history show what moves', async () => {
    const connection = await managed.connect();
    const channel = await connection.createChannel();
    await channel.assertQueue('q');
    await channel.consume('q', () => {}, { noAck: true });
    const traffic = setInterval(() => {
      for (let i = 0; i < 10; i++) channel.sendToQueue('q', Buffer.from('x'));
    }, 10);
    try {
      const publishing = (json: { message_stats: { publish_details: { rate: number } } }) =>
        json.message_stats.publish_details.rate > 0;
      await waitFor('rates of the broker and of the queue', async () => {
        const overview = await managed.get('/api/overview');
        const queue = await managed.get('/api/queues/%2F/q');
        return publishing(overview.json) && publishing(queue.json);
      });
      for (const query of ['kind=overview', 'kind=queue&vhost=%2F&name=q']) {
        const point = await waitFor(`the history of ${query}`, async () => {
          const { json } = await managed.get(`/api/directmq/rates?${query}`);
          return json.series.find(({ publish }: { publish: number }) => publish > 0);
        });
        expect(point.t).toBeGreaterThan(1_700_000_000_000);
      }
    } finally {
      clearInterval(traffic);
      await connection.close();
    }
  });

  it('of nothing that exists are not found', async () => {
    expect((await managed.get('/api/directmq/rates?kind=queue&vhost=%2F&name=q')).status).toBe(404);
    expect((await managed.get('/api/directmq/rates?kind=nonsense')).status).toBe(400);
  });
});
