import { describe, expect, it } from 'vitest';
import type { DirectClient } from '../support/direct-client.ts';
import { encodeContent } from '../support/direct-content.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** More than the systems' buffers of one connection hold, octets. */
const KERNEL_BUFFERS_MAX = 16 * MIB;

const BODY_OCTETS = 16 * KIB;
/** Contents published before a healthy feed must have got them. */
const WINDOW = 64;

/** A body that begins with its number and is filled up. */
function bodyOf(label: string): Buffer {
  return Buffer.concat([Buffer.from(`${label} `)], BODY_OCTETS);
}

/** The label that a body begins with. */
function labelOf(text: string): string {
  return text.slice(0, text.indexOf(' '));
}

/** The next labels that a feed gets. */
async function nextLabels(feed: DirectClient, count: number): Promise<string[]> {
  return (await feed.nextTexts(count)).map(labelOf);
}

/** Publishes, at the pace of `healthy`, which must get everything in order. */
async function publishAtPace(sink: DirectClient, healthy: DirectClient, labels: readonly string[]) {
  for (let at = 0; at < labels.length; at += WINDOW) {
    const window = labels.slice(at, at + WINDOW);
    sink.write(Buffer.concat(window.map((label) => encodeContent({ body: bodyOf(label) }))));
    expectSequence(await nextLabels(healthy, window.length), window);
  }
}

/** What a feed that reads again still gets, until it gets something new; `healthy` gets it all. */
async function catchUp(slow: DirectClient, sink: DirectClient, healthy: DirectClient) {
  const received: string[] = [];
  let isCurrent = false;
  slow.resumeReading();
  const reading = (async () => {
    while (!received.at(-1)?.startsWith('new')) received.push(...(await nextLabels(slow, 1)));
    isCurrent = true;
  })();
  for (let round = 0; !isCurrent; round++) await publishAtPace(sink, healthy, [`new-${round}`]);
  await reading;
  received.pop();
  return received;
}

/** The labels are some of `all`, in their order. */
function expectSubsequence(labels: readonly string[], all: readonly string[]): void {
  const kept = new Set(labels);
  expectSequence(
    labels,
    all.filter((label) => kept.has(label)),
  );
}

describe.each(SETUPS)('a feed that stops reading, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directHeartbeatMs: 100 });

  /** A feed that does not read, and has these limits, beside a healthy one and a sink for both. */
  async function start(limits: Record<string, number>) {
    const application = await session.application();
    const slow = await application.activeFeed('amq.fanout', '', { declare: { arguments: limits } });
    const healthy = await application.activeFeed('amq.fanout', '');
    slow.direct.stopReading();
    const sink = await application.sink('amq.fanout');
    return { application, slow, healthy: healthy.direct, sink };
  }

  it('loses what exceeds its limit of messages, in whole, and others lose nothing', async () => {
    const { slow, healthy, sink } = await start({
      'x-feed-warn-messages': 50,
      'x-feed-drop-messages': 100,
    });
    const labels = numbered('body', 3000);
    await publishAtPace(sink, healthy, labels);
    const received = await catchUp(slow.direct, sink, healthy);
    expectSubsequence(received, labels);
    const mostInKernel = KERNEL_BUFFERS_MAX / BODY_OCTETS;
    expect(received.length).toBeGreaterThanOrEqual(100);
    expect(received.length).toBeLessThan(100 + mostInKernel);
    expect(received.slice(0, 100)).toEqual(labels.slice(0, 100));
  });

  it('loses what exceeds its limit of octets, in whole, and others lose nothing', async () => {
    const { slow, healthy, sink } = await start({
      'x-feed-warn-octets': MIB,
      'x-feed-drop-octets': 2 * MIB,
    });
    const labels = numbered('body', 3000);
    await publishAtPace(sink, healthy, labels);
    const received = await catchUp(slow.direct, sink, healthy);
    expectSubsequence(received, labels);
    const octets = received.length * BODY_OCTETS;
    expect(octets).toBeGreaterThan(1.9 * MIB);
    expect(octets).toBeLessThan(2 * MIB + KERNEL_BUFFERS_MAX);
  });

  it('gets everything from then on when it reads again, and may become slow again', async () => {
    const { slow, healthy, sink } = await start({ 'x-feed-drop-messages': 100 });
    for (let round = 0; round < 3; round++) {
      slow.direct.stopReading();
      await publishAtPace(sink, healthy, numbered(`stuck${round}`, 1500));
      await catchUp(slow.direct, sink, healthy);
      // What is still under way of the attempts to catch up comes before.
      const labels = numbered(`flowing${round}`, 90);
      await publishAtPace(sink, healthy, labels);
      const received: string[] = [];
      while (received.length < labels.length) {
        const label = (await nextLabels(slow.direct, 1))[0];
        if (label.startsWith('flowing')) received.push(label);
      }
      expectSequence(received, labels);
    }
  });

  it('loses nothing of what fits its limits', async () => {
    const { slow, healthy, sink } = await start({ 'x-feed-drop-octets': 64 * MIB });
    const labels = numbered('body', 2000);
    await publishAtPace(sink, healthy, labels);
    expectSequence(await catchUp(slow.direct, sink, healthy), labels);
  });

  it('loses what AMQP publishers send, too, and ordinary consumers lose nothing', async () => {
    const { application, slow, healthy, sink } = await start({ 'x-feed-drop-messages': 100 });
    const consuming = await session.application();
    const queue = await consuming.declareQueue();
    await consuming.bind(queue, 'amq.fanout', '');
    await consuming.consume(queue);
    const labels = numbered('body', 2000);
    for (let at = 0; at < labels.length; at += WINDOW) {
      const window = labels.slice(at, at + WINDOW);
      for (const label of window) application.amqp.publish(1, 'amq.fanout', '', bodyOf(label));
      expectSequence(await nextLabels(healthy, window.length), window);
      for (const label of window) {
        expect(labelOf((await consuming.amqp.expectDelivery(1)).body.toString())).toBe(label);
      }
    }
    const received = await catchUp(slow.direct, sink, healthy);
    expectSubsequence(received, labels);
    expect(received.length).toBeLessThan(100 + KERNEL_BUFFERS_MAX / BODY_OCTETS);
  });

  it('costs the broker no more memory than its limit', async () => {
    const { healthy, sink } = await start({ 'x-feed-drop-octets': 4 * MIB });
    const labels = numbered('body', 20_000);
    await publishAtPace(sink, healthy, labels.slice(0, 2000));
    const before = process.memoryUsage().rss;
    await publishAtPace(sink, healthy, labels.slice(2000));
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });

  it('may disappear: its lease is free and its queue gets messages again', async () => {
    const { application, slow, healthy, sink } = await start({ 'x-feed-drop-messages': 100 });
    await publishAtPace(sink, healthy, numbered('body', 1500));
    slow.direct.destroy();
    const successor = await application.feedAgain(slow.queue);
    await publishAtPace(sink, healthy, ['last']);
    expect(await nextLabels(successor, 1)).toEqual(['last']);
  });

  it('does not keep its application from going', async () => {
    const { slow, healthy, sink } = await start({ 'x-feed-drop-messages': 100 });
    await publishAtPace(sink, healthy, numbered('body', 1500));
    const other = await session.application();
    const ended = await other.activeFeed('amq.fanout', '');
    ended.direct.stopReading();
    await publishAtPace(sink, healthy, numbered('more', 1500));
    await other.close();
    ended.direct.resumeReading();
    slow.direct.resumeReading();
    while (!ended.direct.isEnded) await ended.direct.nextContent().catch(() => undefined);
    await publishAtPace(sink, healthy, ['last']);
  });
});
