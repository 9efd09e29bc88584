import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const managed = useManagedBroker();

it('the thread of the API is replaced when it fails, and knows everything again', async () => {
  await managed.put('/api/queues/%2F/q');
  expect((await managed.get('/api/queues')).json).toHaveLength(1);
  // Nothing that a client can do is known to end it.
  const { management } = managed.broker as unknown as { management: { worker: Worker } };
  await management.worker.terminate();
  const answer = await waitFor('an answer', () =>
    managed.get('/api/queues').catch(() => undefined),
  );
  expect(answer.json.map(({ name }: { name: string }) => name)).toEqual(['q']);
});
