import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

/** Life of an unused queue, milliseconds: long enough to be declared and bound in, on a slow machine. */
const EXPIRES_MS = 1000;

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
