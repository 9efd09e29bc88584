import { describe, expect, it } from 'vitest';
import { useDurableBroker } from '../support/durable-session.ts';

describe('after a restart', () => {
  const session = useDurableBroker();

  it('durable exchanges, queues and the bindings between them are there', async () => {
    const channel = await session.channel();
    await channel.assertExchange('topics', 'topic', { durable: true });
    await channel.assertExchange('inner', 'headers', { durable: true, internal: true });
    await channel.bindExchange('inner', 'topics', 'a.#');
    await channel.assertQueue('q', { durable: true, messageTtl: 60_000, maxPriority: 3 });
    const headers = { 'x-match': 'all', colour: 'red', size: 3, exact: true };
    await channel.bindQueue('q', 'inner', '', headers);
    await session.restart();
    const publisher = await session.confirmChannel();
    publisher.publish('topics', 'a.b', Buffer.from('yes'), {
      headers: { colour: 'red', size: 3, exact: true },
    });
    publisher.publish('topics', 'a.b', Buffer.from('no'), { headers: { colour: 'red', size: 4 } });
    await publisher.waitForConfirms();
    expect(await session.bodies('q')).toEqual(['yes']);
    const same = await session.channel();
    await same.assertExchange('topics', 'topic', { durable: true });
    await same.assertExchange('inner', 'headers', { durable: true, internal: true });
    await same.assertQueue('q', { durable: true, messageTtl: 60_000, maxPriority: 3 });
    await expect(same.assertQueue('q', { durable: true })).rejects.toThrow(/inequivalent/);
  });

  it('what was transient, exclusive or deleted is not', async () => {
    const channel = await session.channel();
    await channel.assertExchange('transient', 'fanout', { durable: false });
    await channel.assertExchange('durable', 'fanout', { durable: true });
    await channel.assertExchange('deleted', 'fanout', { durable: true });
    await channel.assertQueue('exclusive', { durable: true, exclusive: true });
    await channel.assertQueue('q', { durable: true });
    await channel.assertQueue('gone', { durable: true });
    await channel.bindQueue('q', 'transient', '');
    await channel.bindQueue('q', 'durable', 'kept');
    await channel.bindQueue('q', 'durable', 'unbound');
    await channel.bindQueue('q', 'deleted', '');
    await channel.bindQueue('gone', 'durable', '');
    await channel.unbindQueue('q', 'durable', 'unbound');
    await channel.deleteExchange('deleted');
    await channel.deleteQueue('gone');
    await session.restart();
    for (const name of ['transient', 'deleted']) {
      const probe = await session.channel();
      await expect(probe.checkExchange(name)).rejects.toThrow(/NOT_FOUND/);
    }
    for (const name of ['exclusive', 'gone']) {
      const probe = await session.channel();
      await expect(probe.checkQueue(name)).rejects.toThrow(/NOT_FOUND/);
    }
    const after = await session.confirmChannel();
    after.publish('durable', 'kept', Buffer.from('x'));
    await after.waitForConfirms();
    expect(await session.bodies('q')).toEqual(['x']);
  });

  it('a binding that was deleted with its exchange does not come back with it', async () => {
    const channel = await session.confirmChannel();
    await channel.assertExchange('e', 'fanout', { durable: true });
    await channel.assertQueue('q', { durable: true });
    await channel.bindQueue('q', 'e', '');
    await channel.deleteExchange('e');
    await channel.assertExchange('e', 'fanout', { durable: true });
    await session.restart();
    const after = await session.confirmChannel();
    after.publish('e', '', Buffer.from('x'));
    await after.waitForConfirms();
    expect(await session.bodies('q')).toEqual([]);
  });

  it('bindings to the exchanges that every virtual host has are there', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await channel.bindQueue('q', 'amq.direct', 'key');
    await session.restart();
    const after = await session.confirmChannel();
    after.publish('amq.direct', 'key', Buffer.from('x'));
    await after.waitForConfirms();
    expect(await session.bodies('q')).toEqual(['x']);
  });
});
