import { describe, expect, it } from 'vitest';
import type { DirectReport } from '../../src/amqp-control/direct/direct-report.ts';
import { encodeContent } from '../support/direct-content.ts';
import { numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

const KIB = 1024;

/** The sum of a counter over all threads of a kind. */
function total({ threads }: DirectReport, kind: string, counter: string): number {
  return threads
    .filter((thread) => thread.kind === kind)
    .reduce((sum, { counters }) => sum + counters[counter], 0);
}

describe.each(SETUPS)('the report of Direct Mode, $setup,', ({ setup, options }) => {
  const session = useDirectBroker(options);
  const report = () => session.running.directReport();

  it('shows every thread, with its load and its counters, and the rings between them', async () => {
    const application = await session.application();
    await application.activeFeed('amq.fanout', '');
    const { mode, threads, rings } = report();
    const inThreads = setup === 'in threads';
    expect(mode).toBe(inThreads ? 'threads' : 'local');
    expect(threads.map(({ kind, number }) => `${kind} ${number}`).sort()).toEqual(
      inThreads ? ['main 0', 'shard 0', 'shard 1', 'writer 0'] : ['main 0', 'shard 0', 'writer 0'],
    );
    expect(threads.every(({ isRunning, restarts }) => isRunning && restarts === 0)).toBe(true);
    for (const { kind, load } of threads) {
      if (inThreads || kind === 'main') expect(load).not.toBeNull();
      else expect(load).toBeNull();
    }
    expect(rings.length).toBe(inThreads ? 5 : 3);
    for (const { usedOctets, capacityOctets } of rings) {
      expect(usedOctets).toBeLessThanOrEqual(capacityOctets);
    }
  });

  it.runIf(setup === 'in threads')('shows when threads work and when they are idle', async () => {
    const load = (kind: string) => {
      const thread = report().threads.find((other) => other.kind === kind);
      return thread?.load ?? { busyMs: 0, idleMs: 0 };
    };
    for (const kind of ['main', 'shard', 'writer']) {
      const before = load(kind);
      await waitFor(`${kind} to have worked`, () => load(kind).busyMs > before.busyMs);
      await waitFor(`${kind} to have been idle`, () => load(kind).idleMs > before.idleMs);
    }
  });

  it('shows a lease until it ends, and never the lease itself', async () => {
    const application = await session.application();
    const lease = await application.leaseSink('amq.direct');
    const granted = report();
    expect(granted.leases).toEqual([
      {
        kind: 'sink',
        vhost: '/',
        name: 'amq.direct',
        connection: expect.any(Number),
        state: 'granted',
        expiresInMs: expect.any(Number),
      },
    ]);
    expect(JSON.stringify(granted)).not.toContain(lease);
    const client = await session.direct();
    await client.open(lease);
    expect(report().leases).toMatchObject([{ state: 'acquired', expiresInMs: null }]);
    expect(await (await session.direct()).expectRefusal(lease)).toMatch(/already acquired/);
    client.destroy();
    await waitFor('the end of the lease', () => report().leases.length === 0);
    expect(report().totals).toMatchObject({ leasesGranted: 1, leasesRefused: 1, sinksOpened: 1 });
  });

  it('shows what came through each sink and what each feed got', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'one');
    await application.activeFeed('amq.direct', 'two');
    const sink = await application.sink('amq.direct');
    const other = await application.sink('amq.direct');
    const texts = numbered('body', 100);
    sink.publishTexts('one', texts);
    await feed.direct.nextTexts(100);
    const octets = texts.reduce(
      (sum, text) => sum + encodeContent({ routingKey: 'one', body: Buffer.from(text) }).length,
      0,
    );
    // Both are counted when the system call is over, which what it caused may outrun.
    await waitFor('the sink to be counted', () => report().sinks[0].contentsIn === 100);
    await waitFor('the feed to be counted', () => report().feeds[0].contentsOut === 100);
    const { sinks, feeds } = report();
    expect(sinks).toMatchObject([
      { vhost: '/', exchange: 'amq.direct', contentsIn: 100, octetsIn: octets },
      { exchange: 'amq.direct', contentsIn: 0, octetsIn: 0 },
    ]);
    expect(sinks.map(({ peer }) => peer)).toEqual([sink.localAddress, other.localAddress]);
    expect(feeds[0]).toMatchObject({
      queue: feed.queue,
      isActive: true,
      isSlow: false,
      contentsOut: 100,
      contentsDropped: 0,
      backlogContents: 0,
      peer: feed.direct.localAddress,
    });
    // An exchange name was put into each: "amq.direct" instead of nothing.
    expect(feeds[0].octetsOut).toBe(octets + 100 * 'amq.direct'.length);
    expect(feeds[1].contentsOut).toBe(0);
    expect(total(report(), 'shard', 'contentsIn')).toBe(100);
    expect(total(report(), 'writer', 'contentsOut')).toBe(100);
  });

  it('shows whether a feed is active', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    expect(report().feeds).toMatchObject([{ isActive: true }]);
    await application.cancel(feed.consumerTag);
    expect(report().feeds).toMatchObject([{ isActive: false }]);
    feed.direct.destroy();
    await waitFor('the end of the feed', () => report().feeds.length === 0);
  });

  it('shows how far a feed is behind, and what it has lost', async () => {
    const application = await session.application();
    const limits = { 'x-feed-warn-messages': 10, 'x-feed-drop-messages': 20 };
    const { direct } = await application.activeFeed('amq.fanout', '', {
      declare: { arguments: limits },
    });
    direct.stopReading();
    const sink = await application.sink('amq.fanout');
    const body = Buffer.alloc(64 * KIB);
    const feed = await waitFor('a loss', () => {
      sink.publish({ body });
      const [now] = report().feeds;
      // The system may take some more even then.
      return now.contentsDropped > 0 && now.backlogContents === 20 ? now : undefined;
    });
    expect(feed.isSlow).toBe(true);
    expect(feed.limits).toMatchObject({ warnMessages: 10, dropMessages: 20 });
    expect(feed.backlogOctets).toBeGreaterThan(19 * body.length);
    await waitFor('the warning', () => report().totals.feedWarnings > 0);
    direct.resumeReading();
    await waitFor('the backlog to go', () => report().feeds[0].backlogContents === 0);
    await waitFor('the feed to count as fast', () => !report().feeds[0].isSlow);
  });
});
