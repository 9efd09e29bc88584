import { describe, expect, it } from 'vitest';
import type { DirectApplication } from '../support/direct-application.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';

const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };

/** The application asks for a sink on channel 1, which is closed for one of these reasons. */
async function expectNoSink(application: DirectApplication, sink: string, ...codes: number[]) {
  application.amqp.send(1, { name: 'direct.put', sink });
  const close = await application.amqp.expectChannelClose(1, ...codes);
  expect(close).toMatchObject({ classId: 61500, methodId: 10 });
  await application.amqp.expectAlive();
}

/** As above, for a feed. */
async function expectNoFeed(application: DirectApplication, feed: string, ...codes: number[]) {
  application.amqp.send(1, { name: 'direct.get', feed });
  const close = await application.amqp.expectChannelClose(1, ...codes);
  expect(close).toMatchObject({ classId: 61500, methodId: 20 });
  await application.amqp.expectAlive();
}

describe.each(SETUPS)('a lease is refused, $setup,', ({ options }) => {
  const session = useDirectBroker({
    ...options,
    vhosts: ['/', 'other'],
    users: [
      {
        name: 'guest',
        password: 'guest',
        permissions: { '/': EVERYTHING, other: EVERYTHING },
      },
      {
        name: 'limited',
        password: 'secret',
        permissions: { '/': { configure: '.*', write: '^mine-', read: '^mine-' } },
      },
    ],
  });
  const limited = () => session.application({ user: 'limited', password: 'secret' });

  it('on a sink that does not exist, with 404', async () => {
    await expectNoSink(await session.application(), session.name('missing'), 404);
  });

  it('on a sink that exists in another virtual host only, with 404', async () => {
    const here = await session.application();
    await here.declareExchange('here', 'direct');
    await expectNoSink(await session.application({ vhost: 'other' }), 'here', 404);
  });

  it('on a feed that does not exist, with 404', async () => {
    await expectNoFeed(await session.application(), session.name('missing'), 404);
  });

  it('on an internal exchange, with 403', async () => {
    const application = await session.application();
    const internal = session.name('internal');
    await application.declareExchange(internal, 'fanout', { internal: true });
    await expectNoSink(application, internal, 403);
  });

  it('on an exchange the user may not write to, with 403', async () => {
    await expectNoSink(await limited(), 'amq.direct', 403);
    const application = await limited();
    await application.declareExchange('mine-exchange', 'direct');
    expect(await application.leaseSink('mine-exchange')).not.toBe('');
  });

  it('on a queue the user may not read, with 403', async () => {
    const application = await limited();
    const mine = await application.declareQueue({ queue: 'mine-queue' });
    expect(await application.leaseFeed(mine)).not.toBe('');
    await expectNoFeed(application, await application.declareQueue({ queue: 'not-mine' }), 403);
  });

  it('on a shared queue, with 403 or 405', async () => {
    const application = await session.application();
    const shared = await application.declareQueue({ exclusive: false });
    await expectNoFeed(application, shared, 403, 405);
  });

  it("on another connection's exclusive queue, with 403 or 405", async () => {
    const owner = await session.application();
    const queue = await owner.declareQueue();
    await expectNoFeed(await session.application(), queue, 403, 405);
    const feed = await owner.feed(queue);
    await owner.consume(queue);
    owner.publish('', queue, 'arrives');
    expect(await feed.nextTexts(1)).toEqual(['arrives']);
  });
});
