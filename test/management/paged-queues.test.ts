import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const COUNT = 3000;
const BODY = '-'.repeat(100);
const dataDir = mkdtempSync(join(tmpdir(), 'directmq-paged-management-'));
const managed = useManagedBroker({ dataDir, queueMemory: 64 * 1024 });
afterAll(() => rmSync(dataDir, { recursive: true }));

it('a queue that is paged out says how much of it, and gives what is asked for', async () => {
  const connection = await managed.connect();
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('q');
  for (let i = 0; i < COUNT; i++) channel.sendToQueue('q', Buffer.from(`${i}${BODY}`));
  await channel.waitForConfirms();
  const { json } = await waitFor('most of it to be paged out', async () => {
    const answer = await managed.get('/api/queues/%2F/q');
    return answer.json.messages_paged_out > COUNT / 2 && answer;
  });
  expect(json.messages).toBe(COUNT);
  expect(json.messages_ram).toBe(COUNT - json.messages_paged_out);
  expect(json.message_bytes_ram).toBe(json.message_bytes - json.message_bytes_paged_out);
  expect(json.message_bytes_paged_out).toBeGreaterThan(json.messages_paged_out * BODY.length);
  const metrics = await managed.get('/metrics');
  expect(metrics.text).toMatch(/^rabbitmq_queue_messages_paged_out(\{.*\})? [1-9]\d+$/m);
  const asked = { count: 500, ackmode: 'ack_requeue_true', encoding: 'auto' };
  const got = await managed.post('/api/queues/%2F/q/get', asked);
  expect(got.json.map(({ payload }: { payload: string }) => Number.parseInt(payload, 10))).toEqual(
    Array.from({ length: 500 }, (_, i) => i),
  );
  await connection.close();
});
