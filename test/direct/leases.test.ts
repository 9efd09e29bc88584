import { describe, expect, it } from 'vitest';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';

const NOT_VALID = '402 BAD-LEASE Lease is not valid for this connection';
const ACQUIRED = '402 BAD-LEASE Lease already acquired';

describe.each(SETUPS)('a lease, $setup', ({ options }) => {
  const session = useDirectBroker(options);

  it('can be presented once, and who tries again does not disturb a sink', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const lease = await application.leaseSink('amq.direct');
    const sink = await session.direct();
    await sink.open(lease);
    expect(await (await session.direct()).expectRefusal(lease)).toBe(ACQUIRED);
    sink.publishTexts('key', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('can be presented once, and who tries again does not get a feed', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const lease = await application.leaseFeed(queue);
    const feed = await session.direct();
    await feed.open(lease);
    await application.consume(queue);
    expect(await (await session.direct()).expectRefusal(lease)).toBe(ACQUIRED);
    application.publish('', queue, 'arrives');
    expect(await feed.nextTexts(1)).toEqual(['arrives']);
  });

  it('is not valid any more when its connection has closed', async () => {
    const application = await session.application();
    const lease = await application.leaseFeed(await application.declareQueue());
    const feed = await session.direct();
    const reply = await feed.open(lease);
    const queue = reply.split("'")[1] ?? '';
    feed.destroy();
    await application.feedAgain(queue);
    expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
  });

  it('is not valid if nobody granted it', async () => {
    const application = await session.application();
    const lease = await application.leaseSink('amq.direct');
    const guesses = [
      '',
      'x',
      'x'.repeat(255),
      lease.slice(0, -1),
      `${lease}x`,
      lease.toUpperCase(),
    ];
    for (let at = 0; at < lease.length; at++) {
      const other = lease[at] === 'A' ? 'B' : 'A';
      guesses.push(`${lease.slice(0, at)}${other}${lease.slice(at + 1)}`);
    }
    for (const guess of guesses) {
      expect(await (await session.direct()).expectRefusal(guess)).toBe(NOT_VALID);
    }
    expect(await (await session.direct()).open(lease)).toMatch(/^200 /);
  });

  it('is refused whatever the client sends behind it', async () => {
    const application = await session.application();
    const direct = await session.direct();
    direct.publishTexts('', []);
    const answer = direct.open('wrong');
    direct.publishTexts('key', ['one', 'two']);
    expect(await answer).toBe(NOT_VALID);
    await direct.expectEnd();
    await application.amqp.expectAlive();
  });

  it('cannot be guessed from others: at least 128 bits of it differ', async () => {
    const application = await session.application();
    const leases: string[] = [];
    for (let i = 0; i < 200; i++) leases.push(await application.leaseSink('amq.direct'));
    expect(new Set(leases).size).toBe(leases.length);
    const length = Math.min(...leases.map((lease) => lease.length));
    let bits = 0;
    for (let at = 0; at < length; at++) {
      bits += Math.log2(new Set(leases.map((lease) => lease[at])).size);
    }
    expect(bits).toBeGreaterThanOrEqual(128);
  });

  it('is one of many on a sink', async () => {
    const application = await session.application();
    const other = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sinks = [
      await application.sink('amq.fanout'),
      await application.sink('amq.fanout'),
      await other.sink('amq.fanout'),
    ];
    for (const [index, sink] of sinks.entries()) {
      sink.publishTexts('', [`from sink ${index}`]);
      expect(await feed.direct.nextTexts(1)).toEqual([`from sink ${index}`]);
    }
  });

  it('is the only one on a feed, presented or not: 405', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const lease = await application.leaseFeed(queue);
    await application.amqp.openChannel(2);
    application.amqp.send(2, { name: 'direct.get', feed: queue });
    await application.amqp.expectChannelClose(2, 405);
    const feed = await session.direct();
    expect(await feed.open(lease)).toMatch(/^200 /);
    await application.amqp.openChannel(3);
    application.amqp.send(3, { name: 'direct.get', feed: queue });
    await application.amqp.expectChannelClose(3, 405);
    await application.consume(queue);
    application.publish('', queue, 'arrives');
    expect(await feed.nextTexts(1)).toEqual(['arrives']);
  });

  it('can be had again when the direct connection has closed', async () => {
    const application = await session.application();
    const first = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    for (let round = 0; round < 10; round++) {
      first.direct.destroy();
      const feed = await application.feedAgain(first.queue);
      sink.publishTexts('key', [`round ${round}`]);
      expect(await feed.nextTexts(1)).toEqual([`round ${round}`]);
      feed.destroy();
    }
  });
});

describe.each(SETUPS)('a lease that nobody presents, $setup', ({ options }) => {
  const session = useDirectBroker({ ...options, directLeaseTimeoutMs: 500 });

  it('expires', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const sinkLease = await application.leaseSink('amq.direct');
    const feedLease = await application.leaseFeed(queue);
    await application.feedAgain(queue);
    for (const lease of [sinkLease, feedLease]) {
      expect(await (await session.direct()).expectRefusal(lease)).toBe(NOT_VALID);
    }
  });

  it('does not end connections that were opened in time', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    const queue = await application.declareQueue();
    await application.leaseFeed(queue);
    await application.feedAgain(queue);
    sink.publishTexts('key', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });
});
