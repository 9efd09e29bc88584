import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };

describe.skipIf(isOracle)('virtual hosts that come and go', () => {
  const session = useBroker();

  function create(name: string) {
    session.administer(({ vhostBook, accounts }) => {
      vhostBook.put(name);
      accounts.setPermissions('guest', name, ALL);
    });
  }

  it('can be used as soon as they are made', async () => {
    await expect(session.connect({ vhost: 'new' })).rejects.toThrow();
    create('new');
    const channel = await session.channel(await session.connect({ vhost: 'new' }));
    await channel.assertQueue('queue');
    send(channel, '', 'queue', 'x');
    expect(await drainTexts(channel, 'queue')).toEqual(['x']);
  });

  it('close their connections when they are deleted, and no others', async () => {
    create('new');
    const there = await session.connect({ vhost: 'new' });
    const here = await session.channel();
    const end = session.endOf(there);
    session.administer((core) => core.deleteVhost('new'));
    expect(await end).toMatchObject({
      code: 320,
      message: expect.stringContaining("vhost 'new' was deleted"),
    });
    await here.checkExchange('amq.direct');
    await expect(session.connect({ vhost: 'new' })).rejects.toThrow();
  });

  it('begin anew, without permissions, when they are made again', async () => {
    create('new');
    const channel = await session.channel(await session.connect({ vhost: 'new' }));
    await channel.assertQueue('queue', { durable: true });
    session.administer((core) => {
      core.deleteVhost('new');
      core.vhostBook.put('new');
    });
    await expect(session.connect({ vhost: 'new' })).rejects.toThrow();
    session.administer(({ accounts }) => accounts.setPermissions('guest', 'new', ALL));
    const again = await session.channel(await session.connect({ vhost: 'new' }));
    await expect(again.checkQueue('queue')).rejects.toMatchObject({ code: 404 });
  });

  it('bound their connections and queues where they are told to', async () => {
    session.administer(({ vhostBook }) =>
      vhostBook.setLimits('/', { connectionsMax: 1, queuesMax: 1 }),
    );
    const channel = await session.channel();
    const client = await session.raw();
    await client.startOpen();
    const close = await client.expectConnectionClose(530);
    expect(close.replyText).toContain(
      "access to vhost '/' refused for user 'guest': connection limit (1) is reached",
    );
    await channel.assertQueue('first');
    await expect(channel.assertQueue('second')).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining("queue limit in vhost '/' (1) is reached"),
    });
  });
});
