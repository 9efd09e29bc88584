import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

/** More than the kernel's socket buffers of one connection take. */
const COUNT = 2000;
const BODY = Buffer.alloc(20_000, 'x');

describe('a consumer that reads nothing', () => {
  const session = useBroker();

  it('does not hold up other consumers, and gets everything once it reads', async () => {
    const lazy = await session.rawChannel();
    const lazyQueue = session.name('lazy');
    lazy.send(1, { name: 'queue.declare', queue: lazyQueue });
    await lazy.expectMethod(1, 'queue.declare-ok');
    lazy.send(1, { name: 'basic.consume', queue: lazyQueue, noAck: true });
    await lazy.expectMethod(1, 'basic.consume-ok');
    lazy.stopReading();
    const publisher = await session.confirmChannel();
    for (let i = 0; i < COUNT; i++) publisher.sendToQueue(lazyQueue, BODY);
    await publisher.waitForConfirms();
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'unimpeded');
    await inbox.received(1);
    lazy.resumeReading();
    for (let i = 0; i < COUNT; i++) await lazy.expectDelivery(1);
  });

  it('can be cut off with nothing lost', async () => {
    const lazy = await session.rawChannel();
    const queue = session.name('lazy');
    lazy.send(1, { name: 'queue.declare', queue });
    await lazy.expectMethod(1, 'queue.declare-ok');
    lazy.send(1, { name: 'basic.consume', queue });
    await lazy.expectMethod(1, 'basic.consume-ok');
    lazy.stopReading();
    const publisher = await session.confirmChannel();
    for (let i = 0; i < COUNT; i++) publisher.sendToQueue(queue, BODY);
    await publisher.waitForConfirms();
    lazy.destroy();
    const channel = await session.channel();
    const inbox = await consume(channel, queue, { noAck: true });
    const messages = await inbox.received(COUNT);
    expect(messages.length).toBe(COUNT);
  });
});

describe('a client that asks without reading the answers', () => {
  const session = useBroker();

  it('gets all of them in the end', async () => {
    const client = await session.rawChannel();
    client.stopReading();
    const asked = 20_000;
    for (let i = 0; i < asked; i++) {
      client.send(1, { name: 'exchange.declare', exchange: 'amq.direct', passive: true });
    }
    await (await session.channel()).checkExchange('amq.direct');
    client.resumeReading();
    for (let i = 0; i < asked; i++) await client.expectMethod(1, 'exchange.declare-ok');
  });
});
