import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DirectSession, numbered, SETUPS } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

/** Where the system lists the descriptors of a process; not everywhere. */
const DESCRIPTORS = '/proc/self/fd';

/** Runs `test` with a broker of its own, which is stopped at the end. */
async function withBroker(
  options: ConstructorParameters<typeof DirectSession>[0],
  test: (session: DirectSession) => Promise<void>,
): Promise<void> {
  const session = new DirectSession(options);
  await session.start();
  try {
    await test(session);
  } finally {
    await session.stop();
  }
}

describe.each(SETUPS)('stopping a broker, $setup,', ({ options }) => {
  const promptly = { ...options, shutdownTimeoutMs: 100 };

  it('ends all direct connections, active, idle and half open', async () => {
    await withBroker(promptly, async (session) => {
      const application = await session.application();
      const active = await application.activeFeed('amq.fanout', '');
      const idle = await application.feed(await application.declareQueue());
      const sink = await application.sink('amq.fanout');
      const halfOpen = await session.direct();
      halfOpen.write(Buffer.from('414d51500a010001', 'hex'));
      await halfOpen.expectGreeting();
      sink.publishTexts('', ['arrives']);
      expect(await active.direct.nextTexts(1)).toEqual(['arrives']);
      await session.running.stop();
      for (const client of [active.direct, idle, sink, halfOpen]) await client.expectEnd();
    });
  });

  it('is possible in the middle of traffic', async () => {
    await withBroker(promptly, async (session) => {
      const application = await session.application();
      const feed = await application.activeFeed('amq.fanout', '');
      const sink = await application.sink('amq.fanout');
      const texts = numbered('body', 50_000);
      sink.publishTexts('', texts);
      await feed.direct.nextTexts(1);
      await session.running.stop();
      await waitFor('the end of the feed', () => feed.direct.isEnded);
    });
  });

  it('is possible with a feed that does not read', async () => {
    await withBroker(promptly, async (session) => {
      const application = await session.application();
      const slow = await application.activeFeed('amq.fanout', '');
      slow.direct.stopReading();
      const sink = await application.sink('amq.fanout');
      const witness = await application.activeFeed('amq.fanout', '');
      for (let round = 0; round < 20; round++) {
        sink.publish({ body: Buffer.alloc(1024 * 1024) });
        await witness.direct.nextContent();
      }
      await session.running.stop();
    });
  });

  it.skipIf(!existsSync(DESCRIPTORS))('leaves no descriptor behind', async () => {
    const counts: number[] = [];
    for (let round = 0; round < 6; round++) {
      await withBroker(promptly, async (session) => {
        const application = await session.application();
        const feed = await application.activeFeed('amq.fanout', '');
        const sink = await application.sink('amq.fanout');
        sink.publishTexts('', ['arrives']);
        expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
      });
      counts.push(readdirSync(DESCRIPTORS).length);
    }
    // The first ones start what Node keeps for later.
    const [, , before = 0] = counts;
    await waitFor('all descriptors closed', () => readdirSync(DESCRIPTORS).length <= before);
  });
});
