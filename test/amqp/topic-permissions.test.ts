import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe.skipIf(isOracle)('topic permissions (not settable on an oracle)', () => {
  const session = useBroker();

  function restrict(write: string, read: string, exchange = 'amq.topic') {
    session.administer(({ accounts }) =>
      accounts.setTopicPermissions('guest', '/', exchange, { write, read }),
    );
  }

  it('let messages through whose routing key matches', async () => {
    const channel = await session.channel();
    await channel.assertQueue('queue');
    await channel.bindQueue('queue', 'amq.topic', '#');
    restrict('^{username}\\.', '.*');
    send(channel, 'amq.topic', 'guest.a', 'allowed');
    send(channel, 'amq.topic', 'guest.b', 'allowed, too');
    await channel.checkQueue('queue');
    send(channel, 'amq.topic', 'other.a', 'refused');
    expect(await session.failureOf(channel)).toMatchObject({
      code: 403,
      message: expect.stringContaining(
        "write access to topic 'other.a' in exchange 'amq.topic' in vhost '/' refused for user",
      ),
    });
    const again = await session.channel();
    expect(await drainTexts(again, 'queue')).toEqual(['allowed', 'allowed, too']);
  });

  it('concern the keys in CC and BCC as well', async () => {
    restrict('^mine$', '.*');
    for (const header of ['CC', 'BCC']) {
      const channel = await session.channel();
      channel.publish('amq.topic', 'mine', Buffer.from('x'), { headers: { [header]: ['theirs'] } });
      expect(await session.failureOf(channel)).toMatchObject({ code: 403 });
    }
  });

  it('concern the keys of bindings', async () => {
    restrict('.*', '^mine\\.');
    const channel = await session.channel();
    await channel.assertQueue('queue');
    await channel.bindQueue('queue', 'amq.topic', 'mine.#');
    await expect(channel.bindQueue('queue', 'amq.topic', 'theirs')).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining("read access to topic 'theirs'"),
    });
    const other = await session.channel();
    await other.assertExchange('to', 'fanout');
    await other.bindExchange('to', 'amq.topic', 'mine.#');
    await expect(other.bindExchange('to', 'amq.topic', '#')).rejects.toMatchObject({ code: 403 });
  });

  it('concern no exchanges of other types, and no others', async () => {
    restrict('', '', 'amq.direct');
    restrict('', '', 'elsewhere');
    const channel = await session.channel();
    await channel.assertQueue('queue');
    await channel.bindQueue('queue', 'amq.direct', 'key');
    await channel.bindQueue('queue', 'amq.topic', 'key');
    send(channel, 'amq.direct', 'key', '1');
    send(channel, 'amq.topic', 'key', '2');
    expect(await drainTexts(channel, 'queue')).toEqual(['1', '2']);
  });

  it('hold for a channel that is publishing, and no longer when they are cleared', async () => {
    const channel = await session.channel();
    send(channel, 'amq.topic', 'key', '1');
    await channel.checkExchange('amq.topic');
    restrict('^other$', '.*');
    send(channel, 'amq.topic', 'key', '2');
    expect(await session.failureOf(channel)).toMatchObject({ code: 403 });
    session.administer(({ accounts }) => accounts.clearTopicPermissions('guest', '/'));
    const again = await session.channel();
    send(again, 'amq.topic', 'key', '3');
    await again.checkExchange('amq.topic');
  });
});
