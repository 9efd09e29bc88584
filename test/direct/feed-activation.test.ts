import { describe, expect, it } from 'vitest';
import { numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

describe.each(SETUPS)('a feed, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it('is active when it is connected and its queue has a consumer, whichever came first', async () => {
    const application = await session.application();
    const [early, late] = [await application.declareQueue(), await application.declareQueue()];
    await application.consume(early);
    const earlyFeed = await application.feed(early);
    const lateFeed = await application.feed(late);
    await application.consume(late);
    for (const queue of [early, late]) await application.bind(queue, 'amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['directly']);
    application.publish('amq.fanout', '', 'by way of AMQP');
    for (const feed of [earlyFeed, lateFeed]) {
      expect((await feed.nextTexts(2)).sort()).toEqual(['by way of AMQP', 'directly']);
    }
    expect(await application.messageCount(early)).toBe(0);
    expect(await application.messageCount(late)).toBe(0);
  });

  it('is idle without a consumer: messages wait in the queue', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    const feed = await application.feed(queue);
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['first', 'second', 'third']);
    expect(await application.takeTexts(queue, 2)).toEqual(['first', 'second']);
    await application.consume(queue);
    expect(await feed.nextTexts(1)).toEqual(['third']);
  });

  it('leaves messages to AMQP while it is leased and not connected', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    await application.leaseFeed(queue);
    await application.consume(queue);
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['by way of AMQP']);
    expect(await application.amqp.expectDelivery(1)).toMatchObject({
      body: Buffer.from('by way of AMQP'),
    });
  });

  it('gets what was queued before it became active first, in order', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const texts = numbered('body', 3000);
    sink.publishTexts('', texts.slice(0, 1000));
    const feed = await application.feed(queue);
    sink.publishTexts('', texts.slice(1000, 2000));
    await application.consume(queue);
    sink.publishTexts('', texts.slice(2000));
    expect(await feed.nextTexts(texts.length)).toEqual(texts);
  });

  it('gets a queue that prefetch and acknowledgements would hold back', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    await application.cancel(feed.consumerTag);
    const sink = await application.sink('amq.fanout');
    const texts = numbered('body', 200);
    sink.publishTexts('', texts.slice(0, 100));
    application.amqp.send(1, { name: 'basic.qos', prefetchCount: 1 });
    await application.amqp.expectMethod(1, 'basic.qos-ok');
    const tag = await application.consume(feed.queue, { noAck: false });
    sink.publishTexts('', texts.slice(100));
    expect(await feed.direct.nextTexts(texts.length)).toEqual(texts);
    await application.cancel(tag);
    application.amqp.send(1, { name: 'basic.recover', requeue: true });
    await application.amqp.expectMethod(1, 'basic.recover-ok');
    expect(await application.messageCount(feed.queue)).toBe(0);
  });

  it('leaves messages to the queue when the consumer is cancelled', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['to the feed']);
    expect(await feed.direct.nextTexts(1)).toEqual(['to the feed']);
    await application.cancel(feed.consumerTag);
    sink.publishTexts('', ['to the queue', 'to the queue, too']);
    expect(await application.takeTexts(feed.queue, 1)).toEqual(['to the queue']);
    await application.consume(feed.queue);
    sink.publishTexts('', ['to the feed again']);
    expect(await feed.direct.nextTexts(2)).toEqual(['to the queue, too', 'to the feed again']);
  });

  it('gets a single message at once, however often its consumer has come and gone', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    let tag = feed.consumerTag;
    for (let round = 0; round < 100; round++) {
      await application.cancel(tag);
      tag = await application.consume(feed.queue);
      sink.publishTexts('', [`round ${round}`]);
      expect(await feed.direct.nextTexts(1)).toEqual([`round ${round}`]);
    }
  });

  it('leaves messages to the queue while Channel.Flow is off', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    for (let round = 0; round < 3; round++) {
      sink.publishTexts('', ['flowing']);
      expect(await feed.direct.nextTexts(1)).toEqual(['flowing']);
      await application.setFlow(false);
      sink.publishTexts('', ['stopped', 'stopped, too']);
      expect(await application.takeTexts(feed.queue, 1)).toEqual(['stopped']);
      await application.setFlow(true);
      expect(await feed.direct.nextTexts(1)).toEqual(['stopped, too']);
    }
  });

  it('leaves messages to the consumer on AMQP when the direct connection has closed', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['to the feed']);
    expect(await feed.direct.nextTexts(1)).toEqual(['to the feed']);
    feed.direct.destroy();
    const successor = await application.feedAgain(feed.queue);
    sink.publishTexts('', ['to the successor']);
    expect(await successor.nextTexts(1)).toEqual(['to the successor']);
    successor.endWriting();
    await successor.expectEnd();
    sink.publishTexts('', ['by way of AMQP']);
    expect(await application.amqp.expectDelivery(1)).toMatchObject({
      exchange: 'amq.fanout',
      body: Buffer.from('by way of AMQP'),
    });
  });

  it('leaves messages to the queue when the direct connection has closed and nobody consumes', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    feed.direct.endWriting();
    await feed.direct.expectEnd();
    await application.cancel(feed.consumerTag);
    sink.publishTexts('', ['first', 'second']);
    expect(await application.takeTexts(feed.queue, 1)).toEqual(['first']);
    const successor = await application.feed(feed.queue);
    await application.consume(feed.queue);
    expect(await successor.nextTexts(1)).toEqual(['second']);
  });

  it('does not get what its own application publishes when it wants no local messages', async () => {
    const application = await session.application();
    const other = await session.application();
    const feed = await application.activeFeed('amq.fanout', '', { noLocal: true });
    const [own, foreign] = [await application.sink('amq.fanout'), await other.sink('amq.fanout')];
    const witness = await other.activeFeed('amq.fanout', '');
    for (let round = 0; round < 3; round++) {
      own.publishTexts('', ['own']);
      application.publish('amq.fanout', '', 'own');
      expect(await witness.direct.nextTexts(2)).toEqual(['own', 'own']);
      foreign.publishTexts('', ['directly']);
      expect(await feed.direct.nextTexts(1)).toEqual(['directly']);
      other.publish('amq.fanout', '', 'by way of AMQP');
      expect(await feed.direct.nextTexts(1)).toEqual(['by way of AMQP']);
      expect(await witness.direct.nextTexts(2)).toEqual(['directly', 'by way of AMQP']);
    }
  });

  it('gets its own messages again when a later consumer wants them', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '', { noLocal: true });
    const sink = await application.sink('amq.fanout');
    await application.cancel(feed.consumerTag);
    await application.consume(feed.queue);
    sink.publishTexts('', ['own']);
    expect(await feed.direct.nextTexts(1)).toEqual(['own']);
  });

  it('ends with a queue that is deleted when its last consumer has gone', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '', { declare: { autoDelete: true } });
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
    await application.cancel(feed.consumerTag);
    await feed.direct.expectEnd();
    application.amqp.send(1, { name: 'queue.declare', queue: feed.queue, passive: true });
    await application.amqp.expectChannelClose(1, 404);
  });

  it('has a queue whose limits do not concern it', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '', {
      declare: { arguments: { 'x-max-length': 1 } },
    });
    const sink = await application.sink('amq.fanout');
    const texts = numbered('body', 1000);
    sink.publishTexts('', texts);
    expect(await feed.direct.nextTexts(texts.length)).toEqual(texts);
  });
});
