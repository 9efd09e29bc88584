import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

/** Far less than what is published takes. */
const QUEUE_MEMORY = 64 * 1024;

describe.each(SETUPS)('a feed of a queue that is paged out, $setup,', ({ options }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'directmq-paged-feed-'));
  const session = useDirectBroker({ ...options, dataDir, queueMemory: QUEUE_MEMORY });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('gets what was queued before it became active first, in order', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const texts = numbered('body', 20_000);
    for (let at = 0; at < 18_000; at += 1000) {
      sink.publishTexts('', texts.slice(at, at + 1000));
    }
    let away = 0;
    await waitFor('most of it to be paged out', () => {
      session.administer((core) => {
        away = [...core.queues.values()].reduce((sum, { logs }) => sum + logs.pagedOutCount, 0);
      });
      return away > 9000;
    });
    const feed = await application.feed(queue);
    await application.consume(queue);
    sink.publishTexts('', texts.slice(18_000));
    expect(await feed.nextTexts(texts.length)).toEqual(texts);
  });
});
