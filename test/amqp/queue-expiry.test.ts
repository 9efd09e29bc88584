import { describe, expect, it } from 'vitest';
import { consume, depthReaches, drainTexts, hold, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

/** Life of an unused queue, milliseconds: long enough to be declared and bound in, on a slow machine. */
const EXPIRES_MS = 200;

describe('message time to live', () => {
  const session = useBroker();

  it('drops what has waited in the queue for x-message-ttl', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 20 });
    send(channel, '', queue, 'x');
    await depthReaches(channel, queue, 0);
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('drops what has waited for its own expiration, and keeps what follows', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'short', { expiration: 20 });
    send(channel, '', queue, 'long', { expiration: 60_000 });
    send(channel, '', queue, 'for ever');
    await depthReaches(channel, queue, 2);
    expect(await drainTexts(channel, queue)).toEqual(['long', 'for ever']);
  });

  it('takes the shorter of the two', async () => {
    const channel = await session.channel();
    const short = await channel.assertQueue('', { exclusive: true, messageTtl: 20 });
    const long = await channel.assertQueue('', { exclusive: true, messageTtl: 60_000 });
    send(channel, '', short.queue, 'x', { expiration: 60_000 });
    send(channel, '', long.queue, 'x', { expiration: 20 });
    await depthReaches(channel, short.queue, 0);
    await depthReaches(channel, long.queue, 0);
  });

  it('expires at once with 0, unless a consumer takes the message at once', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 0 });
    send(channel, '', queue, 'expired');
    expect(await channel.get(queue)).toBe(false);
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'delivered');
    await inbox.received(1);
    expect(inbox.texts()).toEqual(['delivered']);
  });

  it('does not run for a message that a consumer holds, but goes on after a requeue', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 150 });
    send(channel, '', queue, 'held');
    const held = await hold(channel, queue);
    send(channel, '', queue, 'clock');
    await depthReaches(channel, queue, 0);
    channel.nack(held);
    await depthReaches(channel, queue, 0);
    expect(await channel.get(queue)).toBe(false);
  });

  it('keeps the expiration property as it was published', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x', { expiration: 60_000 });
    expect(await channel.get(queue)).toMatchObject({ properties: { expiration: '60000' } });
  });

  it.each(['soon', '-1', '1.5', ''])(
    'closes the channel with 406 for the expiration "%s"',
    async (expiration) => {
      const client = await session.rawChannel();
      const queue = await client.declareQueue(1);
      client.publish(1, '', queue, Buffer.from('x'), { properties: { expiration } });
      const close = await client.expectChannelClose(1, 406);
      expect(close.replyText).toContain('invalid expiration');
    },
  );
});

describe('queue time to live', () => {
  const session = useBroker();

  it('deletes a queue that was not used for x-expires, with its messages', async () => {
    const channel = await session.channel();
    const queue = session.name('expiring');
    const expiry = await declareExpiring(queue);
    send(channel, '', queue, 'goes too');
    await expiry.seen();
    await expect(channel.checkQueue(queue)).rejects.toMatchObject({ code: 404 });
  });

  it('spares a queue while it has a consumer', async () => {
    const channel = await session.channel();
    const [used, unused] = [session.name('used'), session.name('unused')];
    const usedExpiry = await declareExpiring(used);
    const inbox = await consume(channel, used, { noAck: true });
    await (await declareExpiring(unused)).seen();
    send(channel, '', used, 'still there');
    await inbox.received(1);
    await channel.cancel(inbox.consumerTag);
    await usedExpiry.seen();
  });

  it('starts anew when the queue is redeclared or read', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const queues = {
      redeclared: session.name('redeclared'),
      read: session.name('read'),
      unused: session.name('unused'),
    };
    await declareExpiring(queues.redeclared);
    await declareExpiring(queues.read);
    const expiry = await declareExpiring(queues.unused);
    await expiry.seen(async () => {
      await channel.assertQueue(queues.redeclared, { expires: EXPIRES_MS });
      await channel.get(queues.read);
    });
    await channel.checkQueue(queues.redeclared);
    await channel.checkQueue(queues.read);
  });

  /**
   * Declares a queue that expires and finds out when it has, without using it: by an auto-delete exchange
   * that lives as long as its binding to the queue.
   */
  async function declareExpiring(queue: string) {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const witness = session.name('witness');
    await channel.assertExchange(witness, 'fanout', { autoDelete: true });
    await channel.assertQueue(queue, { expires: EXPIRES_MS });
    await channel.bindQueue(queue, witness, '');
    return {
      seen: (meanwhile: () => Promise<void> = async () => {}) =>
        waitFor(`queue ${queue} to go`, async () => {
          await meanwhile();
          const probe = await session.channel(connection);
          return probe.checkExchange(witness).then(
            () => probe.close().then(() => false),
            () => true,
          );
        }),
    };
  }
});
