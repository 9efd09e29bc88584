import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('exchange-to-exchange bindings', () => {
  const session = useBroker();

  it('pass on what matches their key', async () => {
    const channel = await session.channel();
    const [source, destination] = [session.name('source'), session.name('destination')];
    await channel.assertExchange(source, 'topic');
    await channel.assertExchange(destination, 'fanout');
    await channel.bindExchange(destination, source, 'a.*');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, destination, '');
    send(channel, source, 'a.b', 'matches');
    send(channel, source, 'b.b', 'does not');
    expect(await drainTexts(channel, queue)).toEqual(['matches']);
  });

  it('stop passing on when they are unbound', async () => {
    const channel = await session.channel();
    const [source, destination] = [session.name('source'), session.name('destination')];
    await channel.assertExchange(source, 'fanout');
    await channel.assertExchange(destination, 'fanout');
    await channel.bindExchange(destination, source, '');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, destination, '');
    send(channel, source, '', 'bound');
    await channel.unbindExchange(destination, source, '');
    send(channel, source, '', 'unbound');
    expect(await drainTexts(channel, queue)).toEqual(['bound']);
  });

  it('deliver one copy to a queue that several paths reach', async () => {
    const channel = await session.channel();
    const [source, left, right] = [session.name('s'), session.name('l'), session.name('r')];
    for (const name of [source, left, right]) await channel.assertExchange(name, 'fanout');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const name of [left, right]) {
      await channel.bindExchange(name, source, '');
      await channel.bindQueue(queue, name, '');
    }
    send(channel, source, '', 'once');
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });

  it('may form cycles', async () => {
    const channel = await session.channel();
    const [first, second] = [session.name('first'), session.name('second')];
    await channel.assertExchange(first, 'fanout');
    await channel.assertExchange(second, 'fanout');
    await channel.bindExchange(second, first, '');
    await channel.bindExchange(first, second, '');
    await channel.bindExchange(first, first, '');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, first, '');
    send(channel, second, '', 'once');
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });

  it('go with either exchange', async () => {
    const channel = await session.channel();
    const [source, destination] = [session.name('source'), session.name('destination')];
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const deleted of [source, destination]) {
      await channel.assertExchange(source, 'fanout');
      await channel.assertExchange(destination, 'fanout');
      await channel.bindExchange(destination, source, '');
      await channel.deleteExchange(deleted);
      await channel.assertExchange(deleted, 'fanout');
      await channel.bindQueue(queue, destination, '');
      send(channel, source, '', `after ${deleted} was deleted`);
    }
    expect(await drainTexts(channel, queue)).toEqual([]);
  });

  it('answer 404 on the channel when either exchange does not exist', async () => {
    const connection = await session.connect();
    const missing = session.name('missing');
    for (const [destination, source] of [
      [missing, 'amq.fanout'],
      ['amq.fanout', missing],
    ] as const) {
      const channel = await session.channel(connection);
      await expect(channel.bindExchange(destination, source, '')).rejects.toMatchObject({
        code: 404,
      });
    }
  });

  it('succeed to unbind what is not bound or does not exist', async () => {
    const channel = await session.channel();
    await channel.unbindExchange('amq.fanout', 'amq.topic', session.name('key'));
    await channel.unbindExchange(session.name('missing'), 'amq.topic', '');
    await channel.unbindExchange('amq.topic', session.name('missing'), '');
  });

  it('refuse with 403 the default exchange at either end', async () => {
    const connection = await session.connect();
    for (const [destination, source] of [
      ['', 'amq.fanout'],
      ['amq.fanout', ''],
    ] as const) {
      const channel = await session.channel(connection);
      await expect(channel.bindExchange(destination, source, '')).rejects.toMatchObject({
        code: 403,
      });
    }
  });
});
