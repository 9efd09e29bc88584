import { describe, expect, it } from 'vitest';
import type { DirectApplication } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import { encodeContent } from '../support/direct-content.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

/** More than the default limits of a feed allow, messages. */
const MANY = 120_000;

const LARGE_BODY_OCTETS = 16 * 1024;
/** Of these, more than the systems' buffers of a connection hold. */
const LARGE = 1500;

/** A body of LARGE_BODY_OCTETS that begins with its label. */
function largeBody(label: string): Buffer {
  return Buffer.concat([Buffer.from(`${label} `)], LARGE_BODY_OCTETS);
}

/** The labels of the next contents that a feed gets. */
async function nextLabels(feed: DirectClient, count: number): Promise<string[]> {
  return (await feed.nextTexts(count)).map((text) => text.split(' ', 1)[0]);
}

function publishLarge(sink: DirectClient, labels: readonly string[]): Promise<void> {
  return sink.writeFully(
    Buffer.concat(labels.map((label) => encodeContent({ body: largeBody(label) }))),
  );
}

describe.each(SETUPS)('a feed of a queue that holds many messages, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  /** A queue of an application, what publishes to it, and a word about what it holds. */
  async function start(limits: Record<string, number> = {}) {
    const application = await session.application();
    const queue = await application.declareQueue({ arguments: limits });
    await application.bind(queue, 'amq.fanout', '');
    const publisher = await session.application();
    const sink = await publisher.sink('amq.fanout');
    return { application, queue, publisher, sink };
  }

  async function expectQueued(application: DirectApplication, queue: string, count: number) {
    await waitFor(
      `${count} messages in the queue`,
      async () => (await application.messageCount(queue)) === count,
      30_000,
    );
  }

  function dropped(): number {
    return session.running
      .directReport()
      .feeds.reduce((sum, { contentsDropped }) => sum + contentsDropped, 0);
  }

  it('gets them all, and then what comes directly, although its limits are lower', async () => {
    const { application, queue, publisher, sink } = await start();
    const queued = numbered('queued', MANY);
    sink.publishTexts('', queued);
    await expectQueued(application, queue, MANY);
    const feed = await application.feed(queue);
    await application.consume(queue);
    const later = numbered('later', 1000);
    sink.publishTexts('', later);
    expectSequence(await feed.nextTexts(MANY + later.length), [...queued, ...later]);
    publisher.publish('amq.fanout', '', 'last');
    expect(await feed.nextTexts(1)).toEqual(['last']);
    expect(await application.messageCount(queue)).toBe(0);
  });

  for (const [what, limits] of [
    ['one message', { 'x-feed-warn-messages': 1, 'x-feed-drop-messages': 1 }],
    ['100 messages', { 'x-feed-warn-messages': 10, 'x-feed-drop-messages': 100 }],
    ['100 KiB', { 'x-feed-warn-octets': 1024, 'x-feed-drop-octets': 100 * 1024 }],
  ] as const) {
    it(`gets them all when its client starts reading late, with a limit of ${what}`, async () => {
      const { application, queue, sink } = await start(limits);
      const queued = numbered('queued', LARGE);
      await publishLarge(sink, queued);
      await expectQueued(application, queue, LARGE);
      const feed = await application.feed(queue);
      feed.stopReading();
      await application.consume(queue);
      // The systems' buffers are full, and nothing moves any more.
      let left = LARGE;
      await waitFor('an end of the flow', async () => {
        const before = left;
        left = await application.messageCount(queue);
        return left > 0 && left < LARGE && left === before;
      });
      feed.resumeReading();
      expectSequence(await nextLabels(feed, LARGE), queued);
      await publishLarge(sink, ['directly']);
      expect(await nextLabels(feed, 1)).toEqual(['directly']);
      expect(dropped()).toBe(0);
    });
  }

  it('leaves the rest in the queue when its consumer is cancelled before it has got them', async () => {
    const { application, queue, sink } = await start();
    const queued = numbered('queued', LARGE * 4);
    await publishLarge(sink, queued);
    await expectQueued(application, queue, queued.length);
    const feed = await application.feed(queue);
    feed.stopReading();
    const tag = await application.consume(queue);
    await application.cancel(tag);
    const left = await application.messageCount(queue);
    expect(left).toBeGreaterThan(0);
    feed.resumeReading();
    const gone = queued.length - left;
    expectSequence(await nextLabels(feed, gone), queued.slice(0, gone));
    await application.consume(queue);
    expectSequence(await nextLabels(feed, left), queued.slice(gone));
  });

  it('loses, of what comes meanwhile, what exceeds its limit while its client does not read', async () => {
    const { application, queue, publisher, sink } = await start({ 'x-feed-drop-messages': 100 });
    const queued = numbered('queued', LARGE);
    await publishLarge(sink, queued);
    await expectQueued(application, queue, LARGE);
    const healthy = (await publisher.activeFeed('amq.fanout', '')).direct;
    const feed = await application.feed(queue);
    feed.stopReading();
    await application.consume(queue);
    const later: string[] = [];
    const publishWindow = async () => {
      const window = numbered('later', 50, later.length);
      later.push(...window);
      await publishLarge(sink, window);
      expectSequence(await nextLabels(healthy, window.length), window);
    };
    while (dropped() === 0) await publishWindow();
    const held = await application.messageCount(queue);
    for (let round = 0; round < 20; round++) await publishWindow();
    // Those of one window may still have been under way.
    expect(await application.messageCount(queue)).toBeLessThanOrEqual(held + 50);
    feed.resumeReading();
    expectSequence(await nextLabels(feed, LARGE), queued);
    const kept: string[] = [];
    while (kept.length + dropped() < later.length) kept.push(...(await nextLabels(feed, 1)));
    expectSequence(kept, later.slice(0, kept.length));
    await publishLarge(sink, ['directly']);
    expect(await nextLabels(feed, 1)).toEqual(['directly']);
  });
});
