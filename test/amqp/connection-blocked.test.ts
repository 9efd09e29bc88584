import { beforeAll, describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

/** The lowest mark there is, octets. */
const MARK = 16 * 1024 * 1024;
/** Puts this process, in which the broker runs, above the mark. */
const ballast = Buffer.alloc(MARK);

describe.skipIf(isOracle)('above the memory mark (option not settable on an oracle)', () => {
  const session = useBroker({ memoryHighWater: MARK });
  beforeAll(() => {
    expect(process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(ballast.length);
  });
  const clientProperties = { capabilities: { 'connection.blocked': true } };

  it('publishers are told connection.blocked and why', async () => {
    const client = await session.raw();
    await client.login({ clientProperties });
    await client.openChannel(1);
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    expect(await client.expectMethod(0, 'connection.blocked')).toMatchObject({
      reason: 'low on memory',
    });
  });

  it('publishers without that capability are told nothing, and are not read from', async () => {
    const blocked = await session.raw();
    await blocked.login({ clientProperties });
    await blocked.openChannel(1);
    blocked.publish(1, '', 'nowhere', Buffer.from('x'));
    await blocked.expectMethod(0, 'connection.blocked');
    const silent = await session.rawChannel();
    silent.publish(1, '', 'nowhere', Buffer.from('x'));
    let stalled = true;
    const chunk = Buffer.alloc(32 * 1024 * 1024);
    silent.writeFully(chunk).then(
      () => {
        stalled = false;
      },
      () => {},
    );
    const consumer = await session.rawChannel();
    await consumer.declareQueue(1);
    expect(stalled).toBe(true);
  });

  it('consumers go on', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue });
    await client.expectMethod(1, 'basic.consume-ok');
    await client.expectAlive();
  });

  it('blocked publishers hear heartbeats and need send none', async () => {
    const client = await session.raw();
    await client.login({ clientProperties, heartbeat: 1 });
    await client.openChannel(1);
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    await client.expectMethod(0, 'connection.blocked');
    for (let i = 0; i < 4; i++) await client.nextFrame();
    expect(client.isEnded).toBe(false);
  });
});
