import { describe, expect, it } from 'vitest';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { consume } from '../support/inbox.ts';
import { waitFor } from '../support/wait-for.ts';

const COUNT = 2000;

describe.each(SETUPS)('a sink, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it('reaches several feeds and several queues at once', async () => {
    const application = await session.application();
    const feeds = [
      await application.activeFeed('amq.fanout', ''),
      await application.activeFeed('amq.fanout', ''),
      await (await session.application()).activeFeed('amq.fanout', ''),
    ];
    const channel = await session.channel();
    const shared = [session.name('first'), session.name('second')];
    const inboxes = [];
    for (const queue of shared) {
      await channel.assertQueue(queue);
      await channel.bindQueue(queue, 'amq.fanout', '');
      inboxes.push(await consume(channel, queue, { noAck: true }));
    }
    const texts = numbered('body', COUNT);
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', texts);
    for (const feed of feeds) expectSequence(await feed.direct.nextTexts(COUNT), texts);
    for (const inbox of inboxes) {
      await inbox.received(COUNT);
      expectSequence(inbox.texts(), texts);
    }
  });

  it('shares a queue among its consumers, ordinary ones', async () => {
    const channels = [await session.channel(), await session.channel()];
    const queue = session.name('shared');
    await channels[0].assertQueue(queue);
    await channels[0].bindQueue(queue, 'amq.fanout', '');
    const inboxes = [
      await consume(channels[0], queue, { noAck: true }),
      await consume(channels[1], queue, { noAck: true }),
    ];
    const sink = await (await session.application()).sink('amq.fanout');
    const texts = numbered('body', COUNT);
    sink.publishTexts('', texts);
    const all = () => inboxes.flatMap((inbox) => inbox.texts());
    await waitFor('all messages', () => all().length >= COUNT);
    expect(all().sort()).toEqual([...texts].sort());
    for (const inbox of inboxes) expect(inbox.messages.length).toBeGreaterThan(0);
  });

  it('sends each feed what is bound for it, and once, however the keys alternate', async () => {
    const application = await session.application();
    const keys = ['a', 'b', 'c'];
    const feeds = [];
    for (const key of keys) feeds.push(await application.activeFeed('amq.direct', key));
    const both = await application.activeFeed('amq.direct', 'a');
    await application.bind(both.queue, 'amq.direct', 'c');
    const sink = await application.sink('amq.direct');
    const sent: Record<string, string[]> = { a: [], b: [], c: [] };
    const keyOf = (index: number) => keys[(index * index + (index >> 3)) % keys.length];
    for (const [index, text] of numbered('body', COUNT).entries()) {
      const key = keyOf(index);
      sent[key].push(`${key} ${text}`);
      sink.publishTexts(key, [`${key} ${text}`]);
    }
    for (const [index, feed] of feeds.entries()) {
      const expected = sent[keys[index]];
      expectSequence(await feed.direct.nextTexts(expected.length), expected);
    }
    const expected = numbered('body', COUNT)
      .map((text, index) => `${keyOf(index)} ${text}`)
      .filter((text) => !text.startsWith('b'));
    expectSequence(await both.direct.nextTexts(expected.length), expected);
  });

  it('sends one copy to a queue that several bindings match', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.topic', '#');
    for (const key of ['a.*', '*.b', 'a.b']) await application.bind(feed.queue, 'amq.topic', key);
    const sink = await application.sink('amq.topic');
    sink.publishTexts('a.b', ['once']);
    sink.publishTexts('last', ['last']);
    expect(await feed.direct.nextTexts(2)).toEqual(['once', 'last']);
  });

  it('keeps its order beside others that reach the same feed', async () => {
    const application = await session.application();
    const exchanges = ['amq.fanout', 'amq.direct', 'amq.topic', 'amq.fanout', 'amq.topic'];
    const feed = await application.activeFeed('amq.fanout', 'key');
    for (const exchange of exchanges) await application.bind(feed.queue, exchange, 'key');
    const publishing = await session.application();
    const sinks = [];
    for (const exchange of exchanges) sinks.push(await application.sink(exchange));
    for (let index = 0; index < COUNT; index += 100) {
      for (const [number, sink] of sinks.entries()) {
        sink.publishTexts('key', numbered(`sink ${number}`, 100, index));
      }
      for (const text of numbered('AMQP', 100, index)) {
        publishing.publish('amq.fanout', 'key', text);
      }
    }
    const labels = ['AMQP', ...sinks.map((_, number) => `sink ${number}`)];
    const received = await feed.direct.nextTexts(COUNT * labels.length);
    for (const label of labels) {
      expectSequence(
        received.filter((text) => text.startsWith(`${label}-`)),
        numbered(label, COUNT),
      );
    }
  });
});
