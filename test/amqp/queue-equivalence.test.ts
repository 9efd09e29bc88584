import { describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';

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
