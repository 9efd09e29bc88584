import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const managed = useManagedBroker({ latencySampling: 1 });

describe('what only DirectMQ shows', () => {
  it('are its threads and the rings between them', async () => {
    const threads = (await managed.get('/api/directmq/threads')).json;
    const names = threads.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['main', 'shard-0', 'writer-0', 'management']);
    expect(threads[1]).toMatchObject({ kind: 'shard', running: true, in_main: true });
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

  it('is where the time of messages goes', async () => {
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    await channel.consume('q', () => {}, { noAck: true });
    const headers = { timestamp_in_ms: Date.now() - 5 };
    channel.sendToQueue('q', Buffer.from('x'), { headers });
    await channel.waitForConfirms();
    const stages = await waitFor('all stages', async () => {
      const { json } = await managed.get('/api/directmq/latency');
      return json.every(({ count }: { count: number }) => count > 0) && json;
    });
    expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'network_in',
      'broker',
      'network_out',
    ]);
    expect(stages[0].p50).toBeGreaterThanOrEqual(5000);
    expect(stages[1].max).toBeGreaterThan(0);
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
