import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const managed = useManagedBroker({ latencySampling: 1 });

describe('what only DirectMQ shows', () => {
  it('are its threads and the rings between them', async () => {
    const threads = (await managed.get('/api/directmq/threads')).json;
    const names = threads.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['main', 'shard-0', 'writer-0', 'management']);
    expect(threads[1]).toMatchObject({ kind: 'shard', running: true, in_main: true, cpu: null });
    const rings = (await managed.get('/api/directmq/rings')).json;
    expect(rings).toContainEqual({
      source: 'shard-0',
      target: 'writer-0',
      capacity_octets: 4 * 1024 * 1024,
      used_octets: 0,
      fill: 0,
      blocked: false,
    });
  });

  it('is what each thread uses of a processor', async () => {
    const spent = async () => {
      const { json } = await managed.get('/api/directmq/threads');
      const seconds = json.map(({ name, cpu_seconds: used }: Record<string, unknown>) => [
        name,
        used,
      ]);
      return { json, seconds: Object.fromEntries(seconds) };
    };
    const before = await spent();
    const { json, seconds } = await waitFor('main to work', async () => {
      // What main does for it, and what the API's own thread does.
      for (let i = 0; i < 50; i++) await managed.get('/api/connections');
      const after = await spent();
      return after.seconds.main > before.seconds.main && after;
    });
    expect(seconds.management).toBeGreaterThan(0);
    const main = json.find(({ name }: { name: string }) => name === 'main');
    expect(main.cpu).toBeGreaterThan(0);
    expect(main.cpu).toBeLessThanOrEqual(1);
    expect((await managed.get('/metrics')).text).toMatch(
      /^directmq_thread_cpu_seconds_total\{thread="main"\} [\d.]+$/m,
    );
  });

  it('is where the time of messages goes', async () => {
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    await channel.consume('q', () => {}, { noAck: true });
    const sentAtMs = Date.now() - 5;
    const headers = { created_in_ms: sentAtMs - 3.5, timestamp_in_ms: sentAtMs };
    channel.sendToQueue('q', Buffer.from('x'), { headers });
    await channel.waitForConfirms();
    const stages = await waitFor('all stages', async () => {
      const { json } = await managed.get('/api/directmq/latency');
      return json.every(({ count }: { count: number }) => count > 0) && json;
    });
    expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'client',
      'network_in',
      'broker',
      'network_out',
    ]);
    // Histograms tell values to within some thousandths.
    expect(stages[0].max / 3500).toBeCloseTo(1, 2);
    expect(stages[1].p50).toBeGreaterThanOrEqual(5000);
    expect(stages[2].max).toBeGreaterThan(0);
    const [{ name }] = (await managed.get('/api/connections')).json;
    for (const [kind, vhost, of] of [
      ['exchange', '/', ''],
      ['queue', '/', 'q'],
      ['connection', '', name],
    ]) {
      const query = new URLSearchParams({ kind, vhost, name: of });
      const { json } = await managed.get(`/api/directmq/latency?${query}`);
      const broker = json.find(({ stage }: { stage: string }) => stage === 'broker');
      expect(broker.count, kind).toBe(1);
      expect(broker.p50, kind).toBeGreaterThan(0);
      expect(broker.p99, kind).toBeLessThanOrEqual(broker.max);
    }
    const query = 'kind=exchange&vhost=%2F&name=';
    const [first] = (await managed.get(`/api/directmq/latency?${query}`)).json;
    expect(first).toMatchObject({ stage: 'network_in', count: 1 });
    expect(first.p50).toBeGreaterThanOrEqual(5000);
    expect((await managed.get('/api/directmq/latency?kind=queue&vhost=%2F&name=x')).status).toBe(
      404,
    );
    expect((await managed.get('/api/directmq/latency?kind=channel')).status).toBe(400);
    await connection.close();
  });

  it('are events, the oldest first', async () => {
    const connection = await managed.connect();
    await connection.close();
    await expect(managed.connect(managed.broker.url.replace('guest@', 'wrong@'))).rejects.toThrow();
    const { json } = await waitFor('the refusal', async () => {
      const answer = await managed.get('/api/directmq/events');
      return (
        answer.json.some(({ event }: { event: string }) => event === 'login refused') && answer
      );
    });
    const opened = json.find(({ event }: { event: string }) => event === 'connection opened');
    expect(opened).toMatchObject({ level: 'info', user: 'guest', vhost: '/' });
    const last = json.at(-1).id;
    expect((await managed.get(`/api/directmq/events?after=${last}`)).json).toEqual([]);
  });
});

describe('the threads of a broker that uses them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'directmq-store-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const threaded = useManagedBroker({ shards: 1, writers: 1, dataDir: directory });

  it('are shown with the store, what it does, and what all of them use', async () => {
    const connection = await threaded.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('kept', { durable: true });
    channel.sendToQueue('kept', Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    const json = await waitFor('all threads', async () => {
      const answer = await threaded.get('/api/directmq/threads');
      return answer.json.every(({ cpu }: { cpu: number | null }) => cpu !== null) && answer.json;
    });
    expect(json.map(({ name }: { name: string }) => name)).toEqual([
      'main',
      'shard-0',
      'writer-0',
      'store',
      'management',
    ]);
    const store = json[3];
    expect(store).toMatchObject({ kind: 'store', running: true, in_main: false });
    expect(store.counters.commits).toBeGreaterThan(0);
    expect(store.counters.commitMs).toBeGreaterThan(0);
    expect(store.utilisation).toBeLessThanOrEqual(1);
    const { json: queue } = await threaded.get('/api/queues/%2F/kept');
    expect(queue).toMatchObject({ messages_persistent: 1, message_bytes_persistent: 1 });
    await connection.close();
  });
});

describe.each([
  ['in one thread', { shards: 0, writers: 0 }],
  ['in threads', { shards: 1, writers: 1 }],
])('what goes from sinks to feeds, %s,', (_, options) => {
  const running = useManagedBroker(options);

  it('counts for the exchange and the queue, once, whichever way it took', async () => {
    const connection = await connect(running.broker.url, { direct: true });
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'amq.fanout', '');
    await channel.assertQueue('waiting');
    await channel.bindQueue('waiting', 'amq.fanout', '');
    let received = 0;
    await channel.consume(queue, () => received++, { noAck: true });
    const ordinary = await running.connect();
    const publisher = await ordinary.createConfirmChannel();
    const shown = async () => {
      const exchange = await running.get('/api/exchanges/%2F/amq.fanout');
      const name = encodeURIComponent(queue);
      const { message_stats: stats } = (await running.get(`/api/queues/%2F/${name}`)).json;
      const { publish, deliver_no_ack: delivered } = stats;
      const { publish_in: into, publish_out: out } = exchange.json.message_stats;
      return { in: into, copies: out / 2, publish, delivered };
    };
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 100; i++) channel.publish('amq.fanout', '', Buffer.from('direct'));
      for (let i = 0; i < 10; i++) publisher.publish('amq.fanout', '', Buffer.from('ordinary'));
      await publisher.waitForConfirms();
      await waitFor('all messages', () => received === 110 * round);
      const total = 110 * round;
      await waitFor('the counts', async () => {
        const counts = await shown();
        // Never more than there were.
        expect(Math.max(...Object.values(counts))).toBeLessThanOrEqual(total);
        return Object.values(counts).every((count) => count === total);
      });
    }
    await connection.close();
    const exchange = await running.get('/api/exchanges/%2F/amq.fanout');
    expect(exchange.json.message_stats).toMatchObject({ publish_in: 330, publish_out: 660 });
    await ordinary.close();
  });
});
