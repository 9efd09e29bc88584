import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectApplication, Feed } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import { DirectSession, numbered } from '../support/direct-session.ts';
import { consume, send } from '../support/inbox.ts';
import { waitFor } from '../support/wait-for.ts';

/** Threads of a broker with one shard and one writer. */
const THREADS = 2;

/** How long it may take until a thread has been replaced, milliseconds. */
const REPLACEMENT_MS = 30_000;

/** Gives every test of a suite a broker of its own, and the threads that it has started so far. */
function useThreads(options: { shards: number; writers: number }) {
  const session = new DirectSession(options);
  const threads: Worker[] = [];
  const started = (worker: Worker) => threads.push(worker);
  beforeEach(async () => {
    threads.length = 0;
    process.on('worker', started);
    await session.start();
    await waitFor('the threads', () => threads.length === options.shards + options.writers);
  });
  afterEach(async () => {
    await session.stop();
    process.off('worker', started);
  });
  return { session, threads };
}

describe('a broker of which a thread dies', () => {
  const { session, threads } = useThreads({ shards: 1, writers: 1 });

  /** A sink whose contents come out of the feed, as soon as that can be had. */
  async function connect(
    application: DirectApplication,
    queue: string,
  ): Promise<{ sink: DirectClient; feed: DirectClient }> {
    let attempt = 0;
    return waitFor(
      'a direct connection through the new thread',
      async () => {
        const sink = await application.sink('amq.fanout').catch(() => undefined);
        if (sink === undefined) return undefined;
        const feed = await application.feedAgain(queue).catch(() => undefined);
        if (feed === undefined) return undefined;
        const text = `attempt ${attempt++}`;
        sink.publishTexts('', [text]);
        const ended = waitFor('an end', () => sink.isEnded || feed.isEnded);
        const received = await Promise.race([feed.nextTexts(1), ended]).catch(() => false);
        if (Array.isArray(received) && received[0] === text) return { sink, feed };
        sink.destroy();
        feed.destroy();
        return undefined;
      },
      REPLACEMENT_MS,
    );
  }

  /** Kills a thread and waits until the connections it had are closed. */
  async function kill(thread: Worker, sink: DirectClient, feed: Feed) {
    await thread.terminate();
    await waitFor('the end of a connection', () => sink.isEnded || feed.direct.isEnded);
  }

  for (const index of Array.from({ length: THREADS }).keys()) {
    it(`closes its connections and goes on (thread ${index})`, async () => {
      const application = await session.application();
      const feed = await application.activeFeed('amq.fanout', '');
      const sink = await application.sink('amq.fanout');
      sink.publishTexts('', ['before']);
      expect(await feed.direct.nextTexts(1)).toEqual(['before']);
      await kill(threads[index], sink, feed);
      sink.destroy();
      feed.direct.destroy();
      const successors = await connect(application, feed.queue);
      const texts = numbered('body', 5000);
      successors.sink.publishTexts('', texts);
      expect(await successors.feed.nextTexts(texts.length)).toEqual(texts);
      expect(threads.length).toBe(THREADS + 1);
    });

    it(`lets ordinary traffic pass all the time (thread ${index})`, async () => {
      const channel = await session.confirmChannel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'amq.topic', '#');
      const inbox = await consume(channel, queue, { noAck: true });
      const application = await session.application();
      const feed = await application.activeFeed('amq.fanout', '');
      const sink = await application.sink('amq.fanout');
      const texts = numbered('body', 300);
      const killed = kill(threads[index], sink, feed);
      for (const text of texts) {
        send(channel, 'amq.topic', 'key', text);
        await channel.waitForConfirms();
      }
      await killed;
      await inbox.received(texts.length);
      expect(inbox.texts()).toEqual(texts);
    });

    it(`answers changes of the topology that were under way (thread ${index})`, async () => {
      const application = await session.application();
      const feed = await application.activeFeed('amq.fanout', '');
      const sink = await application.sink('amq.fanout');
      const killed = kill(threads[index], sink, feed);
      for (let round = 0; round < 200; round++) {
        await application.bind(feed.queue, 'amq.direct', `key ${round}`);
        await application.unbind(feed.queue, 'amq.direct', `key ${round}`);
      }
      await killed;
      await application.bind(feed.queue, 'amq.direct', 'last');
    });
  }

  it('closes feeds that it was told to close when their writer died', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const [, writer] = threads;
    const ended = writer.terminate();
    // Within the same turn: main doesn't know yet that nobody will answer.
    session.administer(({ accounts }) => accounts.deleteUser('guest'));
    await ended;
    await feed.direct.expectEnd();
  });

  it('goes on however often they die', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    let feedOf = feed.direct;
    for (let round = 0; round < THREADS; round++) {
      const sink = await application.sink('amq.fanout');
      await kill(threads[threads.length - 1], sink, { ...feed, direct: feedOf });
      sink.destroy();
      feedOf.destroy();
      feedOf = (await connect(application, feed.queue)).feed;
    }
  });

  it('delivers what is queued while no writer runs', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    for (const thread of threads.slice()) await thread.terminate();
    for (const text of numbered('body', 100)) application.publish('amq.fanout', '', text);
    const feed = await waitFor(
      'a feed',
      () => application.feedAgain(queue).catch(() => undefined),
      REPLACEMENT_MS,
    );
    await application.consume(queue);
    expect(await feed.nextTexts(100)).toEqual(numbered('body', 100));
  });
});

describe('a broker of which one of several writers dies', () => {
  const WRITERS = 2;
  const { session, threads } = useThreads({ shards: 1, writers: WRITERS });

  it('leads new feeds to the others until it is replaced', async () => {
    await threads[1].terminate();
    const application = await session.application();
    const feeds: Feed[] = [];
    for (let i = 0; i < WRITERS; i++) feeds.push(await application.activeFeed('amq.fanout', ''));
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['to both']);
    for (const feed of feeds) expect(await feed.direct.nextTexts(1)).toEqual(['to both']);
  });
});
