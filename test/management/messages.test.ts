import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();
const PUBLISH = '/api/exchanges/%2F/amq.default/publish';
const GET = '/api/queues/%2F/q/get';

function publication(more: object = {}) {
  return { properties: {}, routing_key: 'q', payload: 'hi', payload_encoding: 'string', ...more };
}

function fetching(ackmode: string, more: object = {}) {
  return { count: 10, ackmode, encoding: 'auto', ...more };
}

describe('messages over HTTP', () => {
  it('are published with properties, and fetched with them', async () => {
    await managed.put('/api/queues/%2F/q');
    const properties = {
      content_type: 'text/plain',
      delivery_mode: 2,
      headers: { a: 1, b: ['x'] },
      correlation_id: 'c',
      timestamp: 1_700_000_000,
    };
    expect((await managed.post(PUBLISH, publication({ properties }))).json).toEqual({
      routed: true,
    });
    expect((await managed.post(GET, fetching('ack_requeue_false'))).json).toEqual([
      {
        payload_bytes: 2,
        redelivered: false,
        exchange: '',
        routing_key: 'q',
        message_count: 0,
        properties,
        payload: 'hi',
        payload_encoding: 'string',
      },
    ]);
    expect((await managed.post(GET, fetching('ack_requeue_false'))).json).toEqual([]);
  });

  it('in base64 that is none are refused', async () => {
    const odd = publication({ payload: 'aGk*', payload_encoding: 'base64' });
    const { status, json } = await managed.post(PUBLISH, odd);
    expect(status).toBe(400);
    expect(json.reason).toMatch(/not base64/);
    const wrapped = publication({ payload: 'aG\nk=\n', payload_encoding: 'base64' });
    await managed.put('/api/queues/%2F/q');
    await managed.post(PUBLISH, wrapped);
    expect((await managed.post(GET, fetching('ack_requeue_false'))).json[0].payload).toBe('hi');
  });

  it('say whether they were routed', async () => {
    expect((await managed.post(PUBLISH, publication({ routing_key: 'nowhere' }))).json).toEqual({
      routed: false,
    });
  });

  it('stay in the queue when they are only looked at, and are redelivered then', async () => {
    await managed.put('/api/queues/%2F/q');
    await managed.post(PUBLISH, publication({ payload: 'one' }));
    await managed.post(PUBLISH, publication({ payload: 'two' }));
    const look = () => managed.post(GET, fetching('ack_requeue_true', { truncate: 2 }));
    expect((await look()).json.map(({ payload }: { payload: string }) => payload)).toEqual([
      'on',
      'tw',
    ]);
    const { json } = await look();
    expect(json.map(({ redelivered }: { redelivered: boolean }) => redelivered)).toEqual([
      true,
      true,
    ]);
    expect((await managed.get('/api/queues/%2F/q')).json.messages_ready).toBe(2);
  });

  it('are shown in base64 when they are no text, or when that is asked for', async () => {
    await managed.put('/api/queues/%2F/q');
    const octets = Buffer.from([0xff, 0, 1]).toString('base64');
    await managed.post(PUBLISH, publication({ payload: octets, payload_encoding: 'base64' }));
    await managed.post(PUBLISH, publication());
    const [binary] = (await managed.post(GET, fetching('ack_requeue_false', { count: 1 }))).json;
    expect(binary).toMatchObject({ payload: octets, payload_encoding: 'base64', payload_bytes: 3 });
    const inBase64 = fetching('ack_requeue_false', { encoding: 'base64' });
    expect((await managed.post(GET, inBase64)).json[0].payload).toBe(btoa('hi'));
  });

  it('go to the dead-letter exchange when they are rejected', async () => {
    await managed.put('/api/queues/%2F/dead');
    await managed.put('/api/queues/%2F/q', {
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' },
    });
    await managed.post(PUBLISH, publication());
    await managed.post(GET, fetching('reject_requeue_false'));
    const [dead] = (await managed.post('/api/queues/%2F/dead/get', fetching('ack_requeue_true')))
      .json;
    expect(dead.properties.headers['x-death']).toMatchObject([{ reason: 'rejected', queue: 'q' }]);
  });

  it('are refused when something is missing or wrong', async () => {
    await managed.put('/api/queues/%2F/q');
    const reason = async (path: string, body: object) =>
      (await managed.post(path, body)).json.reason;
    expect(await reason(PUBLISH, { routing_key: 'q', payload: '' })).toBe(
      '[{key_missing,properties},{key_missing,payload_encoding}]',
    );
    expect(await reason(GET, { count: 1 })).toBe('[{key_missing,ackmode},{key_missing,encoding}]');
    expect(await reason(GET, fetching('foo'))).toMatch(/^ackmode must be one of/);
    expect(await reason(PUBLISH, publication({ payload_encoding: 'hex' }))).toMatch(/base64/);
    expect(await reason(PUBLISH, publication({ properties: { priority: 'x' } }))).toMatch(
      /^property priority/,
    );
    expect(await reason(PUBLISH, publication({ routing_key: 'x'.repeat(256) }))).toMatch(/255/);
    const nowhere = '/api/exchanges/%2F/nope/publish';
    expect(await reason(nowhere, publication())).toBe(
      "404 NOT_FOUND - no exchange 'nope' in vhost '/'",
    );
  });
});
