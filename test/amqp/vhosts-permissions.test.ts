import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe.skipIf(isOracle)('virtual hosts (options not settable on an oracle)', () => {
  const session = useBroker({
    vhosts: ['/', 'other'],
    users: [
      {
        name: 'guest',
        password: 'guest',
        permissions: {
          '/': { configure: '.*', write: '.*', read: '.*' },
          other: { configure: '.*', write: '.*', read: '.*' },
        },
      },
      {
        name: 'limited',
        password: 'secret',
        permissions: { '/': { configure: '^mine-', write: '^mine-', read: '^(mine|shared)-' } },
      },
    ],
  });

  it('keep queues and exchanges of one name apart', async () => {
    const here = await session.channel(await session.connect({ vhost: '/' }));
    const there = await session.channel(await session.connect({ vhost: 'other' }));
    await here.assertQueue('queue');
    await expect(there.checkQueue('queue')).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining("in vhost 'other'"),
    });
    const again = await session.channel(await session.connect({ vhost: 'other' }));
    await again.assertQueue('queue');
    send(here, '', 'queue', 'here');
    send(again, '', 'queue', 'there');
    expect(await drainTexts(here, 'queue')).toEqual(['here']);
    expect(await drainTexts(again, 'queue')).toEqual(['there']);
  });

  it('have the predeclared exchanges each', async () => {
    const there = await session.channel(await session.connect({ vhost: 'other' }));
    for (const name of ['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match']) {
      await there.checkExchange(name);
    }
  });

  it('let in only users with a permission for them', async () => {
    const client = await session.raw();
    const { channelMax, frameMax } = await client.authenticate({
      user: 'limited',
      password: 'secret',
    });
    client.send(
      0,
      { name: 'connection.tune-ok', channelMax, frameMax, heartbeat: 0 },
      { name: 'connection.open', virtualHost: 'other' },
    );
    const close = await client.expectConnectionClose(530, 403);
    expect(close.replyText).toContain("access to vhost 'other' refused for user 'limited'");
  });
});

describe.skipIf(isOracle)('permissions (options not settable on an oracle)', () => {
  const all = { configure: '.*', write: '.*', read: '.*' };
  const session = useBroker({
    users: [
      { name: 'guest', password: 'guest', permissions: { '/': all } },
      {
        name: 'limited',
        password: 'secret',
        permissions: { '/': { configure: '^mine-', write: '^mine-', read: '^(mine|shared)-' } },
      },
    ],
  });

  async function limited() {
    const connection = await session.connect({ username: 'limited', password: 'secret' });
    return session.channel(connection);
  }

  const refused = {
    code: 403,
    message: expect.stringMatching(
      /ACCESS_REFUSED - (configure|write|read) access to (queue|exchange) '[^']*' in vhost '\/' refused for user 'limited'/,
    ),
  };

  it('let a user do what they allow', async () => {
    const channel = await limited();
    await channel.assertExchange('mine-exchange', 'fanout');
    await channel.assertQueue('mine-queue');
    await channel.bindQueue('mine-queue', 'mine-exchange', '');
    send(channel, 'mine-exchange', '', 'x');
    expect(await drainTexts(channel, 'mine-queue')).toEqual(['x']);
    await channel.deleteQueue('mine-queue');
  });

  it('need configure to declare and to delete', async () => {
    await expect((await limited()).assertQueue('theirs')).rejects.toMatchObject(refused);
    await expect((await limited()).assertExchange('theirs', 'fanout')).rejects.toMatchObject(
      refused,
    );
    await expect((await limited()).deleteQueue('theirs')).rejects.toMatchObject(refused);
    await expect((await limited()).deleteExchange('theirs')).rejects.toMatchObject(refused);
  });

  it('need write to publish', async () => {
    const admin = await session.channel();
    await admin.assertExchange('shared-exchange', 'fanout');
    const channel = await limited();
    send(channel, 'shared-exchange', '', 'x');
    expect(await session.failureOf(channel)).toMatchObject(refused);
  });

  it('need read to consume, get and purge', async () => {
    const admin = await session.channel();
    await admin.assertQueue('theirs');
    await admin.assertQueue('shared-queue');
    await expect((await limited()).get('theirs')).rejects.toMatchObject(refused);
    await expect((await limited()).consume('theirs', () => {})).rejects.toMatchObject(refused);
    await expect((await limited()).purgeQueue('theirs')).rejects.toMatchObject(refused);
    await (await limited()).get('shared-queue');
  });

  it('need write on the queue and read on the exchange to bind', async () => {
    const admin = await session.channel();
    await admin.assertQueue('shared-queue');
    await admin.assertExchange('theirs', 'fanout');
    const channel = await limited();
    await channel.assertQueue('mine-queue');
    await expect(channel.bindQueue('mine-queue', 'theirs', '')).rejects.toMatchObject(refused);
    const second = await limited();
    await second.assertExchange('mine-exchange', 'fanout');
    await expect(second.bindQueue('shared-queue', 'mine-exchange', '')).rejects.toMatchObject(
      refused,
    );
  });

  it('need read on the queue and write on the exchange to dead-letter', async () => {
    await expect(
      (await limited()).assertQueue('mine-queue', { deadLetterExchange: 'theirs' }),
    ).rejects.toMatchObject(refused);
  });
});
