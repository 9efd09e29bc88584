import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('declaring queues', () => {
  const session = useBroker();

  it('creates a queue and tells its name and counts', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    expect(await channel.assertQueue(name, { durable: false })).toEqual({
      queue: name,
      messageCount: 0,
      consumerCount: 0,
    });
  });

  it('tells the ready messages and the consumers when declared again', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['a', 'b', 'c']) send(channel, '', queue, text);
    await channel.get(queue);
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 2, consumerCount: 0 });
    const inbox = await consume(channel, queue);
    await consume(channel, queue);
    await inbox.received(1);
    expect(await channel.checkQueue(queue)).toMatchObject({
      messageCount: 0,
      consumerCount: 2,
    });
  });

  it('keeps a queue beyond the connection that declared it', async () => {
    const name = session.name('queue');
    const first = await session.connect();
    const channel = await session.channel(first);
    await channel.assertQueue(name, { durable: true });
    send(channel, '', name, 'kept');
    await channel.close();
    await first.close();
    expect(await drainTexts(await session.channel(), name)).toEqual(['kept']);
  });

  it('answers a passive declaration of an unknown queue with 404 on the channel', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await expect(channel.checkQueue(name)).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining(`NOT_FOUND - no queue '${name}' in vhost '/'`),
    });
  });

  it('ignores flags and arguments in a passive declaration', async () => {
    const client = await session.rawChannel();
    const queue = session.name('queue');
    client.send(
      1,
      { name: 'queue.declare', queue, autoDelete: true },
      {
        name: 'queue.declare',
        queue,
        passive: true,
        durable: true,
        arguments: { 'x-max-length': 3 },
      },
    );
    await client.expectMethod(1, 'queue.declare-ok');
    expect(await client.expectMethod(1, 'queue.declare-ok')).toMatchObject({ queue });
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const queue = session.name('queue');
    client.send(
      1,
      { name: 'queue.declare', queue, exclusive: true, nowait: true },
      { name: 'queue.purge', queue },
    );
    await client.expectMethod(1, 'queue.purge-ok');
    await client.expectAlive();
  });

  it('refuses with 403 to create a queue whose name begins with amq.', async () => {
    const channel = await session.channel();
    await expect(channel.assertQueue('amq.mine')).rejects.toMatchObject({ code: 403 });
  });

  it('takes names of up to 255 octets of UTF-8', async () => {
    const channel = await session.channel();
    const start = session.name('ü');
    const name = start + 'x'.repeat(255 - Buffer.byteLength(start));
    await channel.assertQueue(name, { exclusive: true });
    send(channel, '', name, 'found');
    expect(await drainTexts(channel, name)).toEqual(['found']);
  });

  it.skipIf(isOracle)('refuses streams with a clear 540', async () => {
    const channel = await session.channel();
    await expect(
      channel.assertQueue(session.name('queue'), { arguments: { 'x-queue-type': 'stream' } }),
    ).rejects.toMatchObject({ code: 540, message: expect.stringContaining('stream') });
  });

  it('takes x-queue-type quorum for a durable queue, and for no other', async () => {
    const channel = await session.channel();
    const quorum = { arguments: { 'x-queue-type': 'quorum' } };
    const queue = session.name('quorum');
    await channel.assertQueue(queue, quorum);
    await channel.assertQueue(queue, quorum);
    send(channel, '', queue, 'kept');
    expect(await drainTexts(channel, queue)).toEqual(['kept']);
    for (const flags of [{ durable: false }, { exclusive: true }, { autoDelete: true }]) {
      const other = await session.channel();
      await expect(
        other.assertQueue(session.name('queue'), { ...quorum, ...flags }),
      ).rejects.toMatchObject({ code: 406, message: expect.stringContaining('invalid property') });
    }
  });

  it.skipIf(isOracle)('takes a queue of the other type for the same queue', async () => {
    const channel = await session.channel();
    const queue = session.name('either');
    await channel.assertQueue(queue, { durable: true });
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'classic' } });
  });

  it('takes x-queue-type classic', async () => {
    const channel = await session.channel();
    const options = { exclusive: true, arguments: { 'x-queue-type': 'classic' } };
    await channel.assertQueue(session.name('queue'), options);
  });

  it('refuses an unknown x-queue-type with 406', async () => {
    const channel = await session.channel();
    const options = { arguments: { 'x-queue-type': 'none-such' } };
    await expect(channel.assertQueue(session.name('queue'), options)).rejects.toMatchObject({
      code: 406,
    });
  });
});
