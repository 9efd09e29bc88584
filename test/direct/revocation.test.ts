import { describe, expect, it } from 'vitest';
import { encodeContent } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';

const NOT_VALID = '402 BAD-LEASE Lease is not valid for this connection';

describe.each(SETUPS)('what an application leased, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it('is not valid any more when the channel that asked has closed', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.amqp.openChannel(2);
    const leases = [
      await application.leaseSink('amq.direct', 2),
      await application.leaseFeed(queue, 2),
    ];
    await application.closeChannel(2);
    for (const lease of leases) {
      expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
    }
    expect(await application.leaseFeed(queue)).not.toBe('');
  });

  it('is not valid any more when the broker has closed that channel', async () => {
    const application = await session.application();
    await application.amqp.openChannel(2);
    const lease = await application.leaseSink('amq.direct', 2);
    application.amqp.send(2, { name: 'direct.put', sink: session.name('missing') });
    await application.amqp.expectChannelClose(2, 404);
    expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
  });

  it('is not valid any more when the application has said goodbye', async () => {
    const application = await session.application();
    const lease = await application.leaseSink('amq.direct');
    await application.close();
    expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
  });

  it('is broken when the channel closes; what other channels leased is not', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.amqp.openChannel(2);
    const [sink, feed] = [
      await application.sink('amq.fanout', 2),
      await application.feed(queue, 2),
    ];
    const [otherSink, other] = [
      await application.sink('amq.fanout'),
      await application.activeFeed('amq.fanout', ''),
    ];
    await application.closeChannel(2);
    await sink.expectEnd();
    await feed.expectEnd();
    otherSink.publishTexts('', ['arrives']);
    expect(await other.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('is broken when the application says goodbye, and its exclusive queues are deleted', async () => {
    const watcher = await session.application();
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    await application.close();
    await sink.expectEnd();
    await feed.direct.expectEnd();
    watcher.amqp.send(1, { name: 'queue.declare', queue: feed.queue, passive: true });
    await watcher.amqp.expectChannelClose(1, 404);
  });

  it('is broken when the application disappears', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    application.amqp.destroy();
    await sink.expectEnd();
    await feed.direct.expectEnd();
  });

  it('is delivered up to the last content the sink sent before the application said goodbye', async () => {
    const consumer = await session.application();
    const feed = await consumer.activeFeed('amq.fanout', '');
    for (let round = 0; round < 20; round++) {
      const application = await session.application();
      const sink = await application.sink('amq.fanout');
      await sink.writeFully(encodeContent({ body: Buffer.from(`round ${round}`) }));
      await application.close();
      expect(await feed.direct.nextTexts(1)).toEqual([`round ${round}`]);
      await sink.expectEnd();
    }
  });

  it('can be had by other applications afterwards', async () => {
    for (let round = 0; round < 10; round++) {
      const application = await session.application();
      const feed = await application.activeFeed('amq.direct', 'key');
      const sink = await application.sink('amq.direct');
      sink.publishTexts('key', [`round ${round}`]);
      expect(await feed.direct.nextTexts(1)).toEqual([`round ${round}`]);
      application.amqp.destroy();
    }
  });

  it('ends with the queue that is deleted', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const lease = await application.leaseFeed(await application.declareQueue({ queue: 'doomed' }));
    await application.deleteQueue(feed.queue);
    await application.deleteQueue('doomed');
    await feed.direct.expectEnd();
    expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
  });

  it('goes to nobody who declares a queue of that name later', async () => {
    const application = await session.application();
    await application.leaseFeed(await application.declareQueue({ queue: 'again' }));
    await application.deleteQueue('again');
    const later = await session.application();
    const queue = await later.declareQueue({ queue: 'again' });
    const feed = await later.feed(queue);
    await later.consume(queue);
    later.publish('', queue, 'arrives');
    expect(await feed.nextTexts(1)).toEqual(['arrives']);
  });

  it('on an exchange harms nobody when the exchange is deleted and declared again', async () => {
    const application = await session.application();
    const exchange = session.name('exchange');
    await application.declareExchange(exchange, 'fanout');
    const unused = await application.leaseSink(exchange);
    const sink = await application.sink(exchange);
    const queue = await application.declareQueue();
    await application.bind(queue, exchange, '');
    await application.deleteExchange(exchange);
    sink.publishTexts('', ['to nowhere']);
    const direct = await session.direct();
    await direct.open(unused);
    await application.declareExchange(exchange, 'fanout');
    const feed = await application.activeFeed(exchange, '');
    const sinkOfNew = await application.sink(exchange);
    sinkOfNew.publishTexts('', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
    expect(await application.messageCount(queue)).toBe(0);
  });
});
