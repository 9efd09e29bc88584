import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe.skipIf(isOracle)('the set-up timeout (option not settable on an oracle)', () => {
  const session = useBroker({ setupTimeoutMs: 500 });

  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['says half a header', PROTOCOL_HEADER.subarray(0, 4)],
    ['says a header and nothing more', PROTOCOL_HEADER],
  ])('ends the connection of a client that %s', async (_, octets) => {
    const client = await session.raw();
    client.write(octets);
    if (octets.length === PROTOCOL_HEADER.length) await client.expectMethod(0, 'connection.start');
    await client.expectEnd();
  });

  it('spares a client that has logged in', async () => {
    const silent = await session.raw();
    const client = await session.raw();
    await client.login();
    await silent.expectEnd();
    await client.expectAlive();
  });
});

describe.skipIf(isOracle)('the limit of connections (option not settable on an oracle)', () => {
  const session = useBroker({ maxConnections: 2 });

  it('refuses more and lets them in when there is room again', async () => {
    const first = await session.rawChannel();
    const second = await session.rawChannel();
    const third = await session.raw();
    await third.expectEnd();
    first.send(0, { name: 'connection.close', replyCode: 200 });
    await first.expectMethod(0, 'connection.close-ok');
    first.destroy();
    await first.expectEnd();
    await second.expectAlive();
    await session.rawChannel();
  });
});

describe.skipIf(isOracle)('the limits of queues (options not settable on an oracle)', () => {
  const session = useBroker({ maxQueues: 2, maxQueueLength: 3, maxQueueOctets: 100 });

  it('refuse more queues with a channel exception', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    await channel.assertQueue('one');
    await channel.assertQueue('two');
    await channel.assertQueue('two');
    await expect(channel.assertQueue('three')).rejects.toThrow(/queue/);
    const second = await session.channel(connection);
    await second.deleteQueue('one');
    await second.assertQueue('three');
  });

  it('bound the length of any queue in messages and in octets', async () => {
    const channel = await session.channel();
    await channel.assertQueue('bounded');
    for (const text of ['1', '2', '3', '4']) send(channel, '', 'bounded', text);
    expect(await drainTexts(channel, 'bounded')).toEqual(['2', '3', '4']);
    const [a, b] = ['a'.repeat(60), 'b'.repeat(60)];
    for (const text of [a, b]) send(channel, '', 'bounded', text);
    expect(await drainTexts(channel, 'bounded')).toEqual([b]);
  });

  it('let a queue have smaller limits of its own, not larger ones', async () => {
    const channel = await session.channel();
    await channel.assertQueue('small', { maxLength: 1 });
    await channel.assertQueue('large', { maxLength: 10 });
    for (const queue of ['small', 'large']) {
      for (const text of ['1', '2', '3', '4', '5']) send(channel, '', queue, text);
    }
    expect(await drainTexts(channel, 'small')).toEqual(['5']);
    expect(await drainTexts(channel, 'large')).toEqual(['3', '4', '5']);
  });
});
