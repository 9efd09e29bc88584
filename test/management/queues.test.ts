import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const managed = useManagedBroker();
const QUEUES = '/api/queues/%2F';

describe('queues over HTTP', () => {
  it('are declared once, and the same again', async () => {
    const queue = { durable: true, arguments: { 'x-max-length': 5 } };
    expect((await managed.put(`${QUEUES}/q`, queue)).status).toBe(201);
    expect((await managed.put(`${QUEUES}/q`, queue)).status).toBe(204);
    expect((await managed.get(`${QUEUES}/q`)).json).toMatchObject({
      name: 'q',
      vhost: '/',
      type: 'classic',
      durable: true,
      auto_delete: false,
      exclusive: false,
      arguments: { 'x-max-length': 5 },
      state: 'running',
      messages: 0,
      consumers: 0,
      consumer_details: [],
    });
  });

  it('are transient unless they are said to be durable, as in RabbitMQ', async () => {
    await managed.put(`${QUEUES}/q`);
    expect((await managed.get(`${QUEUES}/q`)).json.durable).toBe(false);
    await managed.put('/api/exchanges/%2F/e');
    expect((await managed.get('/api/exchanges/%2F/e')).json.durable).toBe(false);
  });

  it('show only the columns that are asked for', async () => {
    await managed.put(`${QUEUES}/q`);
    const { json } = await managed.get(`${QUEUES}/q?columns=name,message_stats.publish`);
    expect(json).toEqual({ name: 'q', message_stats: { publish: 0 } });
  });

  it('say whose they are when one consumer is served alone', async () => {
    const connection = await managed.connect();
    const channel = await connection.createChannel();
    await channel.assertQueue('one', { arguments: { 'x-single-active-consumer': true } });
    await channel.assertQueue('own');
    for (const consumerTag of ['first', 'second']) {
      await channel.consume('one', () => {}, { consumerTag });
    }
    await channel.consume('own', () => {}, { consumerTag: 'only', exclusive: true });
    expect((await managed.get(`${QUEUES}/one`)).json).toMatchObject({
      single_active_consumer_tag: 'first',
      exclusive_consumer_tag: null,
    });
    expect((await managed.get(`${QUEUES}/own`)).json).toMatchObject({
      single_active_consumer_tag: null,
      exclusive_consumer_tag: 'only',
    });
    await connection.close();
  });

  it('are refused in words when they differ', async () => {
    await managed.put(`${QUEUES}/q`, { durable: true });
    const { status, json } = await managed.put(`${QUEUES}/q`, { durable: false });
    expect(status).toBe(400);
    expect(json.error).toBe('bad_request');
    expect(json.reason).toMatch(/^inequivalent arg 'durable' for queue 'q' in vhost '\/'/);
  });

  it('are refused with arguments that make no sense', async () => {
    const answer = await managed.put(`${QUEUES}/q`, { arguments: { 'x-max-length': -1 } });
    expect(answer.status).toBe(400);
    expect(answer.json.reason).toMatch(/^invalid arg 'x-max-length'/);
    expect((await managed.get(`${QUEUES}/q`)).status).toBe(404);
  });

  it('may have any name, with slashes and spaces', async () => {
    const path = `${QUEUES}/${encodeURIComponent('a/b c%2F☃')}`;
    expect((await managed.put(path)).status).toBe(201);
    expect((await managed.get(path)).json.name).toBe('a/b c%2F☃');
    expect((await managed.delete(path)).status).toBe(204);
    expect((await managed.get(path)).status).toBe(404);
  });

  it('that clients declare are listed at once', async () => {
    const connection = await managed.connect();
    const channel = await connection.createChannel();
    for (const name of ['b', 'a', 'c']) await channel.assertQueue(name);
    expect(namesOf((await managed.get('/api/queues')).json)).toEqual(['b', 'a', 'c']);
    expect(namesOf((await managed.get(`${QUEUES}?sort=name`)).json)).toEqual(['a', 'b', 'c']);
    await channel.deleteQueue('a');
    expect(namesOf((await managed.get(QUEUES)).json)).toEqual(['b', 'c']);
    await connection.close();
  });

  it('count what comes and goes', async () => {
    const connection = await managed.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q');
    for (let i = 0; i < 5; i++) channel.sendToQueue('q', Buffer.from('hello'));
    await channel.waitForConfirms();
    const message = await channel.get('q');
    await channel.get('q', { noAck: true });
    if (message !== false) channel.ack(message);
    await channel.get('q');
    const { json } = await waitFor('the acknowledgement', async () => {
      const answer = await managed.get(`${QUEUES}/q`);
      return answer.json.message_stats.ack === 1 && answer;
    });
    expect(json).toMatchObject({
      messages: 3,
      messages_ready: 2,
      messages_unacknowledged: 1,
      message_bytes: 15,
      message_bytes_ready: 10,
      message_bytes_unacknowledged: 5,
      messages_persistent: 0,
      message_stats: { publish: 5, get: 2, get_no_ack: 1, deliver_get: 3, ack: 1 },
    });
    await connection.close();
  });

  it('show their consumers', async () => {
    const connection = await managed.connect();
    const channel = await connection.createChannel();
    await channel.assertQueue('q');
    await channel.prefetch(7);
    await channel.consume('q', () => {}, { consumerTag: 'me', priority: 3 });
    const { json } = await managed.get(`${QUEUES}/q`);
    expect(json.consumers).toBe(1);
    expect(json.consumer_details).toMatchObject([
      {
        consumer_tag: 'me',
        ack_required: true,
        exclusive: false,
        prefetch_count: 7,
        arguments: { 'x-priority': 3 },
        active: true,
        queue: { name: 'q', vhost: '/' },
        channel_details: { number: 1, user: 'guest' },
      },
    ]);
    expect((await managed.get('/api/consumers/%2F')).json).toHaveLength(1);
    await connection.close();
  });

  it('are purged, and deleted unless they are not empty', async () => {
    await managed.put(`${QUEUES}/q`);
    await managed.post('/api/exchanges/%2F/amq.default/publish', {
      properties: {},
      routing_key: 'q',
      payload: 'x',
      payload_encoding: 'string',
    });
    const refused = await managed.delete(`${QUEUES}/q?if-empty=true`);
    expect(refused.status).toBe(400);
    expect(refused.json.reason).toBe("queue 'q' in vhost '/' not empty");
    expect((await managed.delete(`${QUEUES}/q/contents`)).status).toBe(204);
    expect((await managed.get(`${QUEUES}/q`)).json.messages).toBe(0);
    expect((await managed.delete(`${QUEUES}/q?if-empty=true`)).status).toBe(204);
    expect((await managed.delete(`${QUEUES}/q`)).status).toBe(404);
  });

  it('of a virtual host that does not exist are not found', async () => {
    expect((await managed.get('/api/queues/nowhere')).status).toBe(404);
    expect((await managed.put('/api/queues/nowhere/q')).json).toEqual({
      error: 'not_found',
      reason: 'vhost_not_found',
    });
  });
});

function namesOf(list: readonly { name: string }[]): string[] {
  return list.map(({ name }) => name);
}
