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

  it.skipIf(isOracle)('refuses quorum and stream queues with a clear 540', async () => {
    for (const type of ['quorum', 'stream']) {
      const channel = await session.channel();
      await expect(
        channel.assertQueue(session.name('queue'), { arguments: { 'x-queue-type': type } }),
      ).rejects.toMatchObject({ code: 540, message: expect.stringContaining(type) });
    }
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

describe('redeclaring queues', () => {
  const session = useBroker();

  it('is idempotent when everything is equal', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    const options = {
      durable: false,
      autoDelete: true,
      arguments: { 'x-max-length': 10, 'x-message-ttl': 1000, 'x-overflow': 'reject-publish' },
    };
    await channel.assertQueue(name, options);
    await channel.assertQueue(name, options);
  });

  it('does not compare arguments without a meaning to the broker', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name, { arguments: { mine: 1 } });
    await channel.assertQueue(name, { arguments: { mine: 2, other: 'x' } });
  });

  it('takes numbers of different width for equal', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name, { arguments: { 'x-max-length': { '!': 'int16', value: 10 } } });
    await channel.assertQueue(name, { arguments: { 'x-max-length': { '!': 'int64', value: 10 } } });
  });

  it.each([
    ['durability', { durable: false }],
    ['auto-delete', { autoDelete: true }],
    ['x-message-ttl', { messageTtl: 1000 }],
    ['x-expires', { expires: 100_000 }],
    ['x-max-length', { maxLength: 5 }],
    ['x-max-length-bytes', { arguments: { 'x-max-length-bytes': 5 } }],
    ['x-overflow', { overflow: 'reject-publish' }],
    ['x-dead-letter-exchange', { deadLetterExchange: 'amq.fanout' }],
    ['x-max-priority', { maxPriority: 3 }],
    ['x-single-active-consumer', { arguments: { 'x-single-active-consumer': true } }],
  ])('refuses with 406 another %s', async (what, options) => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name);
    await expect(channel.assertQueue(name, options)).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining(what.startsWith('x-') ? what : 'inequivalent arg'),
    });
  });

  it('names the argument, the queue and both values when it refuses', async () => {
    const channel = await session.channel();
    const name = session.name('queue');
    await channel.assertQueue(name, { messageTtl: 1000 });
    await expect(channel.assertQueue(name, { messageTtl: 2000 })).rejects.toThrow(
      `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '${name}' in vhost '/': ` +
        `received '2000' but current is '1000'`,
    );
  });

  it.each([
    ['x-message-ttl', -1],
    ['x-message-ttl', 'soon'],
    ['x-expires', 0],
    ['x-max-length', -1],
    ['x-max-length', 'many'],
    ['x-max-length-bytes', -1],
    ['x-overflow', 'explode'],
    ['x-dead-letter-exchange', 1],
    ['x-max-priority', -1],
    ['x-max-priority', 256],
    ['x-single-active-consumer', 'yes'],
  ])('refuses with 406 the argument %s = %j', async (argument, value) => {
    const channel = await session.channel();
    await expect(
      channel.assertQueue(session.name('queue'), { arguments: { [argument]: value } }),
    ).rejects.toMatchObject({ code: 406, message: expect.stringContaining(argument) });
  });

  it('refuses with 406 a dead-letter routing key without a dead-letter exchange', async () => {
    const channel = await session.channel();
    await expect(
      channel.assertQueue(session.name('queue'), { deadLetterRoutingKey: 'key' }),
    ).rejects.toMatchObject({ code: 406 });
  });
});

describe('server-named queues', () => {
  const session = useBroker();

  it('get a new name that begins with amq.gen- each time', async () => {
    const channel = await session.channel();
    const first = await channel.assertQueue('', { exclusive: true });
    const second = await channel.assertQueue('', { exclusive: true });
    expect(first.queue).toMatch(/^amq\.gen-/);
    expect(second.queue).toMatch(/^amq\.gen-/);
    expect(first.queue).not.toBe(second.queue);
  });

  it('can be declared again passively only, their names being reserved', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    expect(await channel.checkQueue(queue)).toMatchObject({ queue });
    await expect(channel.assertQueue(queue, { exclusive: true })).rejects.toMatchObject({
      code: 403,
    });
  });

  it('are meant by an empty name afterwards on that channel, and on no other', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.from('x'));
    client.send(1, { name: 'queue.purge', queue: '' });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: 1 });
    await client.openChannel(2);
    client.send(2, { name: 'queue.purge', queue: '' });
    await client.expectChannelClose(2, 404);
  });
});
