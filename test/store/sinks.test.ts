import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectSession, SETUPS } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

const PERSISTENT = 2;
const TRANSIENT = 1;

describe.each(SETUPS)('what a sink sends to a durable queue, $setup,', ({ options }) => {
  let dataDir = '';
  let session: DirectSession;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'directmq-sinks-'));
    session = new DirectSession({ ...options, dataDir });
    await session.start();
  });
  afterEach(async () => {
    await session.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('survives a restart if it is persistent, in its order, and otherwise not', async () => {
    const application = await session.application();
    await application.declareExchange('e', 'direct', { durable: true });
    await application.declareQueue({ queue: 'kept', durable: true, exclusive: false });
    await application.bind('kept', 'e', 'key');
    const sink = await application.sink('e');
    for (let i = 0; i < 20; i++) {
      const deliveryMode = i % 4 === 3 ? TRANSIENT : PERSISTENT;
      sink.publish({
        routingKey: 'key',
        properties: { deliveryMode, messageId: `${i}` },
        body: Buffer.from(`${i}`),
      });
    }
    await waitFor('everything', async () => (await application.messageCount('kept')) === 20);
    await session.stop();
    await session.start();
    const again = await session.application();
    const kept = Array.from({ length: 20 }, (_, i) => i).filter((i) => i % 4 !== 3);
    expect(await again.messageCount('kept')).toBe(kept.length);
    for (const i of kept) {
      const message = await again.take('kept');
      expect(message?.body.toString()).toBe(`${i}`);
      expect(message?.properties.messageId).toBe(`${i}`);
    }
  });
});
