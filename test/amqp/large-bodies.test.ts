import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { consume } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

/** Octets that differ at neighbouring places and repeat late, so that a misplaced part is noticed. */
function patterned(size: number): Buffer {
  const body = Buffer.alloc(size);
  for (let i = 0; i < size; i++) body[i] = (i * 31 + (i >>> 8)) & 0xff;
  return body;
}

const FRAME_MAX = 4096;
/** Largest body part of one frame: frame-max less 8 octets. */
const PART = FRAME_MAX - 8;

describe('bodies of several frames', () => {
  const session = useBroker();

  it.each([0, 1, PART - 1, PART, PART + 1, 2 * PART - 1, 2 * PART, 2 * PART + 1, 100_000])(
    'of %d octets arrive as they were sent',
    async (size) => {
      const client = await session.raw();
      await client.login({ frameMax: FRAME_MAX });
      await client.openChannel(1);
      const queue = await client.declareQueue(1);
      client.send(1, { name: 'basic.consume', queue, noAck: true });
      await client.expectMethod(1, 'basic.consume-ok');
      const body = patterned(size);
      client.publish(1, '', queue, body, { frameMax: FRAME_MAX });
      const delivery = await client.expectDelivery(1);
      expect(delivery.body.equals(body)).toBe(true);
      expect(delivery.frameSizes.every((part) => part <= PART)).toBe(true);
    },
  );

  it('are joined from body frames of any size, empty ones included', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    const body = patterned(50);
    client.startPublish(1, queue, body.length);
    client.writeBody(1, body.subarray(0, 1));
    client.writeBody(1, Buffer.alloc(0));
    client.writeBody(1, body.subarray(1, 20));
    client.writeBody(1, body.subarray(20));
    expect((await client.expectDelivery(1)).body.equals(body)).toBe(true);
  });

  it('are split anew for consumers that agreed on smaller frames', async () => {
    const publisher = await session.channel();
    const queue = session.name('queue');
    await publisher.assertQueue(queue);
    const consumer = await session.raw();
    await consumer.login({ frameMax: FRAME_MAX });
    await consumer.openChannel(1);
    consumer.send(1, { name: 'basic.consume', queue, noAck: true });
    await consumer.expectMethod(1, 'basic.consume-ok');
    const body = patterned(PART * 10);
    publisher.sendToQueue(queue, body);
    const delivery = await consumer.expectDelivery(1);
    expect(delivery.body.equals(body)).toBe(true);
    expect(delivery.frameSizes).toEqual(Array.from({ length: 10 }, () => PART));
  });

  it('of ten megabytes arrive, by several consumers at once', async () => {
    const publisher = await session.channel();
    const body = patterned(10_000_000);
    const key = session.name('key');
    const inboxes = [];
    for (let i = 0; i < 3; i++) {
      const channel = await session.channel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'amq.direct', key);
      inboxes.push(await consume(channel, queue, { noAck: true }));
    }
    publisher.publish('amq.direct', key, body);
    for (const inbox of inboxes) {
      expect((await inbox.message(0)).content.equals(body)).toBe(true);
    }
  });

  it('of one channel stay as they are in a queue while the next ones come', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const bodies = Array.from({ length: 40 }, (_, i) => Buffer.alloc(60_000 + i, i));
    for (const body of bodies) channel.sendToQueue(queue, body);
    const inbox = await consume(channel, queue, { noAck: true });
    for (const [i, body] of bodies.entries()) {
      expect((await inbox.message(i)).content.equals(body)).toBe(true);
    }
  });

  it('of one channel may come between the frames of another', async () => {
    const client = await session.rawChannel();
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    const [one, two] = [patterned(30), patterned(20)];
    client.startPublish(1, queue, one.length);
    client.startPublish(2, queue, two.length);
    client.writeBody(2, two.subarray(0, 10));
    client.writeBody(1, one.subarray(0, 15));
    client.writeBody(2, two.subarray(10));
    client.writeBody(1, one.subarray(15));
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    const bodies = [(await client.expectDelivery(1)).body, (await client.expectDelivery(1)).body];
    expect(bodies.sort((a, b) => b.length - a.length)).toEqual([one, two]);
  });
});

describe.skipIf(isOracle)('the limit on message sizes (option not settable on an oracle)', () => {
  const session = useBroker({ maxMessageSize: 10_000 });

  it('takes a body of that size and closes the channel with 311 or 406 for a larger one', async () => {
    const client = await session.rawChannel();
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.alloc(10_000));
    client.publish(2, '', queue, Buffer.alloc(10_001));
    await client.expectChannelClose(2, 311, 406);
    client.send(1, { name: 'queue.purge', queue });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: 1 });
  });
});
