import { describe, expect, it } from 'vitest';
import { useDurableBroker } from '../support/durable-session.ts';

describe('after a restart', () => {
  const session = useDurableBroker();

  it('users are what they were made, with their permissions and limits', async () => {
    const password = { algorithm: 'rabbit_password_hashing_sha256', hash: 'aGFzaA==' } as const;
    session.administer(({ accounts }) => {
      accounts.putUser({ name: 'anna', password, tags: ['monitoring'] });
      accounts.setPermissions('anna', '/', { configure: '^a', write: '.*', read: '' });
      accounts.setTopicPermissions('anna', '/', 'amq.topic', { write: '^x', read: '^y' });
      accounts.setLimits('anna', { connectionsMax: 3 });
      accounts.putUser({ name: 'bert', password: null });
      accounts.deleteUser('bert');
    });
    await session.restart();
    session.administer(({ accounts }) => {
      const anna = accounts.user('anna');
      expect(anna.password).toEqual(password);
      expect(anna.tags).toEqual(['monitoring']);
      expect(anna.limits).toEqual({ connectionsMax: 3, channelsMax: Infinity });
      expect(anna.permissionsIn('/')?.patterns).toEqual({ configure: '^a', write: '.*', read: '' });
      const topic = anna.topicPermissionsFor('/', 'amq.topic');
      expect(topic?.patterns).toEqual({ write: '^x', read: '^y' });
      expect(accounts.users.has('bert')).toBe(false);
    });
  });

  it('global parameters are what they were set to', async () => {
    session.administer(({ globalParameters }) => {
      globalParameters.put('owner', { team: 'shop' });
      globalParameters.put('gone', 1);
      globalParameters.delete('gone');
    });
    await session.restart();
    session.administer(({ globalParameters }) => {
      expect([...globalParameters.all]).toEqual([['owner', { team: 'shop' }]]);
    });
  });

  it('what was changed about a user of the configuration stays changed', async () => {
    session.administer(({ accounts }) => {
      accounts.putUser({ name: 'guest', tags: ['management'] });
      accounts.clearPermissions('guest', '/');
    });
    await session.restart();
    session.administer(({ accounts }) => {
      expect(accounts.user('guest').tags).toEqual(['management']);
      expect(accounts.user('guest').permissionsIn('/')).toBe(null);
      expect(accounts.user('guest').password).toMatchObject({ text: 'guest' });
    });
  });

  it('virtual hosts are there with their limits, and what was durable in them', async () => {
    session.administer(({ vhostBook }) => {
      vhostBook.put('other', { description: 'the other one', tags: ['t'] });
      vhostBook.setLimits('other', { queuesMax: 7 });
      const other = vhostBook.get('other');
      other.declareExchange({
        name: 'e',
        type: 'fanout',
        durable: true,
        autoDelete: false,
        internal: false,
        table: {},
      });
      vhostBook.put('gone');
    });
    session.administer((core) => core.deleteVhost('gone'));
    await session.restart();
    session.administer(({ vhosts }) => {
      const other = vhosts.get('other');
      expect(other?.metadata).toMatchObject({ description: 'the other one', tags: ['t'] });
      expect(other?.limits).toEqual({ queuesMax: 7, connectionsMax: Infinity });
      expect(other?.exchanges.get('e')?.type).toBe('fanout');
      expect(vhosts.has('gone')).toBe(false);
    });
  });

  it('policies apply', async () => {
    await (await session.channel()).assertQueue('ruled', { durable: true });
    session.administer(({ vhostBook }) => {
      const { policies } = vhostBook.get('/');
      const request = { pattern: '^ruled', applyTo: 'all', priority: 0 } as const;
      policies.put('policy', { ...request, name: 'p', definition: { 'max-length': 2 } });
      policies.put('policy', { ...request, name: 'q', definition: { 'max-length': 1 } });
      policies.delete('policy', 'q');
    });
    await session.restart();
    await session.publish('ruled', ['1', '2', '3']);
    expect(await session.bodies('ruled')).toEqual(['2', '3']);
  });
});
