import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };
const TOM = { username: 'tom', password: 'secret' };

describe.skipIf(isOracle)('users who are changed while they are connected', () => {
  const session = useBroker({
    users: [
      { name: 'guest', password: 'guest', permissions: { '/': ALL } },
      { name: 'tom', password: 'secret', permissions: { '/': ALL } },
    ],
  });

  function setPermissions(patterns: Partial<typeof ALL>) {
    session.administer(({ accounts }) =>
      accounts.setPermissions('tom', '/', { ...ALL, ...patterns }),
    );
  }

  it('lose a permission for the next message on an open channel', async () => {
    const admin = await session.channel();
    await admin.assertQueue('queue');
    const channel = await session.channel(await session.connect(TOM));
    send(channel, '', 'queue', 'allowed');
    await channel.checkQueue('queue');
    setPermissions({ write: '' });
    send(channel, '', 'queue', 'refused');
    expect(await session.failureOf(channel)).toMatchObject({
      code: 403,
      message: expect.stringContaining("write access to exchange 'amq.default'"),
    });
    expect(await drainTexts(admin, 'queue')).toEqual(['allowed']);
  });

  it('get a permission without logging in again', async () => {
    setPermissions({ configure: '^mine$' });
    const connection = await session.connect(TOM);
    const refused = await session.channel(connection);
    await expect(refused.assertQueue('theirs')).rejects.toMatchObject({ code: 403 });
    setPermissions({});
    await (await session.channel(connection)).assertQueue('theirs');
  });

  it('may do nothing more where all permissions are cleared', async () => {
    const channel = await session.channel(await session.connect(TOM));
    session.administer(({ accounts }) => accounts.clearPermissions('tom', '/'));
    await expect(channel.assertQueue('queue')).rejects.toMatchObject({ code: 403 });
    await expect(session.connect(TOM)).rejects.toThrow('ConnectionClose');
  });

  it('are disconnected when they are deleted, and nobody else is', async () => {
    const tom = await session.connect(TOM);
    const guest = await session.channel();
    const end = session.endOf(tom);
    session.administer(({ accounts }) => accounts.deleteUser('tom'));
    expect(await end).toMatchObject({
      code: 320,
      message: expect.stringContaining("user 'tom' was deleted"),
    });
    await guest.checkExchange('amq.direct');
    await expect(session.connect(TOM)).rejects.toThrow();
  });

  it('may log in with a new password only', async () => {
    session.administer(({ accounts }) =>
      accounts.putUser({ name: 'tom', password: { algorithm: 'plain', text: 'changed' } }),
    );
    await expect(session.connect(TOM)).rejects.toThrow();
    await session.connect({ ...TOM, password: 'changed' });
  });

  it('may impersonate others from the moment they get the tag', async () => {
    const admin = await session.channel();
    await admin.assertQueue('queue');
    const connection = await session.connect(TOM);
    session.administer(({ accounts }) => accounts.putUser({ name: 'tom', tags: ['impersonator'] }));
    const channel = await session.channel(connection);
    channel.sendToQueue('queue', Buffer.from('as guest'), { userId: 'guest' });
    await channel.checkQueue('queue');
    expect(await drainTexts(admin, 'queue')).toEqual(['as guest']);
  });
});

describe.skipIf(isOracle)('limits of a user', () => {
  const session = useBroker();

  it('refuse connections beyond, and accept them again when one has closed', async () => {
    session.administer(({ accounts }) => accounts.setLimits('guest', { connectionsMax: 2 }));
    const first = await session.connect();
    await session.connect();
    const client = await session.raw();
    await client.startOpen();
    const close = await client.expectConnectionClose(530);
    expect(close.replyText).toContain(
      "connection refused for user 'guest': user connection limit (2) is reached",
    );
    await first.close();
    await session.connect();
  });

  it('count the channels of all connections', async () => {
    session.administer(({ accounts }) => accounts.setLimits('guest', { channelsMax: 2 }));
    const kept = await session.channel();
    const second = await session.connect();
    const closed = await session.channel(second);
    await closed.close();
    await session.channel(second);
    const third = await session.connect();
    await expect(third.createChannel()).rejects.toThrow();
    expect(await session.failureOf(third)).toMatchObject({
      code: 530,
      message: expect.stringContaining('has reached the maximum allowed user limit of (2)'),
    });
    await kept.checkExchange('amq.direct');
  });

  it('count the channels of a connection that is gone no more', async () => {
    session.administer(({ accounts }) => accounts.setLimits('guest', { channelsMax: 1 }));
    const connection = await session.connect();
    await session.channel(connection);
    await connection.close();
    await session.channel();
  });
});
