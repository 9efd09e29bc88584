import { describe, expect, it } from 'vitest';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };

describe.each(SETUPS)('Direct Mode, $setup, while users and policies change', ({ options }) => {
  const session = useDirectBroker(options);

  it('closes sinks whose user may not write to their exchange any more', async () => {
    const application = await session.application();
    const refused = await application.sink('amq.fanout');
    const kept = await application.sink('amq.direct');
    const feed = await application.activeFeed('amq.direct', 'key');
    session.administer(({ accounts }) =>
      accounts.setPermissions('guest', '/', { ...ALL, write: '^amq\\.(direct|gen.*)$' }),
    );
    await refused.expectEnd();
    kept.publishTexts('key', ['still there']);
    expect(await feed.direct.nextTexts(1)).toEqual(['still there']);
  });

  it('cuts a sink that uses a routing key which its user may not', async () => {
    const application = await session.application();
    const { direct } = await application.activeFeed('amq.topic', '#');
    const unrestricted = await application.sink('amq.topic');
    session.administer(({ accounts }) =>
      accounts.setTopicPermissions('guest', '/', 'amq.topic', { write: '^mine\\.', read: '' }),
    );
    await unrestricted.expectEnd();
    const sink = await application.sink('amq.topic');
    sink.publishTexts('mine.a', ['allowed']);
    sink.publishTexts('mine.b', ['allowed, too']);
    sink.publishTexts('theirs', ['refused']);
    await sink.expectEnd();
    expect(await direct.nextTexts(2)).toEqual(['allowed', 'allowed, too']);
    (await application.sink('amq.topic')).publishTexts('mine.a', ['next']);
    expect(await direct.nextTexts(1)).toEqual(['next']);
  });

  it('closes the direct connections of a user who is deleted', async () => {
    const application = await session.application();
    const sink = await application.sink('amq.fanout');
    const { direct } = await application.activeFeed('amq.fanout', '');
    session.administer(({ accounts }) => accounts.deleteUser('guest'));
    await sink.expectEnd();
    await direct.expectEnd();
  });

  it('serves a virtual host that was deleted and made again', async () => {
    for (let round = 0; round < 3; round++) {
      session.administer(({ vhostBook, accounts }) => {
        vhostBook.put('new');
        accounts.setPermissions('guest', 'new', ALL);
      });
      const application = await session.application({ vhost: 'new' });
      await application.declareExchange('exchange', 'fanout');
      const { direct } = await application.activeFeed('exchange', '');
      const sink = await application.sink('exchange');
      const texts = numbered(`round-${round}`, 10);
      sink.publishTexts('', texts);
      expectSequence(await direct.nextTexts(10), texts);
      session.administer((core) => core.deleteVhost('new'));
      await sink.expectEnd();
      await direct.expectEnd();
    }
  });

  it('routes by the alternate exchange that a policy gives', async () => {
    const application = await session.application();
    await application.declareExchange('ruled', 'direct');
    const matched = await application.activeFeed('ruled', 'key');
    const alternate = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('ruled');
    sink.publishTexts('nowhere', ['lost']);
    sink.publishTexts('key', ['before']);
    expect(await matched.direct.nextTexts(1)).toEqual(['before']);
    session.administer(({ vhostBook }) =>
      vhostBook.get('/').policies.put('policy', {
        name: 'alternate',
        pattern: '^ruled$',
        applyTo: 'exchanges',
        priority: 0,
        definition: { 'alternate-exchange': 'amq.fanout' },
      }),
    );
    // Answered when every shard routes accordingly.
    await application.bind(matched.queue, 'ruled', 'another');
    sink.publishTexts('nowhere', ['found']);
    expect(await alternate.direct.nextTexts(1)).toEqual(['found']);
  });
});
