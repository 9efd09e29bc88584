import { beforeEach, describe, expect, it } from 'vitest';
import { type AccountChange, Accounts } from '../../src/amqp-control/security/accounts.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };

describe('accounts', () => {
  let accounts: Accounts;
  let changes: AccountChange[];

  beforeEach(() => {
    accounts = new Accounts();
    changes = [];
    accounts.observers.add((change) => changes.push(change));
  });

  it('keep a user whose tags or password change the same user', () => {
    const tom = accounts.putUser({ name: 'tom', tags: ['monitoring'] });
    accounts.setPermissions('tom', '/', ALL);
    expect(accounts.putUser({ name: 'tom', tags: ['administrator'] })).toBe(tom);
    expect(tom.tags).toEqual(['administrator']);
    expect(tom.permissionsIn('/')?.allows('read', 'queue')).toBe(true);
    expect(changes.map(({ kind }) => kind)).toEqual(['userPut', 'permissionsChanged', 'userPut']);
  });

  it('leave a deleted user nothing', () => {
    const tom = accounts.putUser({ name: 'tom', password: { algorithm: 'plain', text: 'x' } });
    accounts.setPermissions('tom', '/', ALL);
    accounts.setTopicPermissions('tom', '/', 'amq.topic', { write: '.*', read: '.*' });
    accounts.deleteUser('tom');
    expect(tom.password).toBeNull();
    expect(tom.permissionsIn('/')).toBeNull();
    expect(tom.topicPermissionsFor('/', 'amq.topic')).toBeNull();
    expect(accounts.putUser({ name: 'tom' })).not.toBe(tom);
  });

  it('say which user there is not', () => {
    const text = "there is no user 'nobody'";
    expect(() => accounts.deleteUser('nobody')).toThrow(text);
    expect(() => accounts.setPermissions('nobody', '/', ALL)).toThrow(text);
    expect(() => accounts.setLimits('nobody', { channelsMax: 1 })).toThrow(text);
    expect(changes).toEqual([]);
  });

  it('change nothing for a pattern that is no regular expression', () => {
    const tom = accounts.putUser({ name: 'tom' });
    accounts.setPermissions('tom', '/', ALL);
    expect(() => accounts.setPermissions('tom', '/', { ...ALL, read: '[' })).toThrow(SyntaxError);
    expect(tom.permissionsIn('/')?.patterns).toEqual(ALL);
  });

  it('clear topic permissions of one exchange or of all', () => {
    const tom = accounts.putUser({ name: 'tom' });
    for (const exchange of ['a', 'b', 'c']) {
      accounts.setTopicPermissions('tom', '/', exchange, { write: '', read: '' });
    }
    expect(accounts.clearTopicPermissions('tom', '/', 'a')).toBe(true);
    expect(tom.topicPermissionsFor('/', 'a')).toBeNull();
    expect(tom.topicPermissionsFor('/', 'b')).not.toBeNull();
    expect(accounts.clearTopicPermissions('tom', '/')).toBe(true);
    expect(tom.topicPermissionsFor('/', 'c')).toBeNull();
    expect(accounts.clearTopicPermissions('tom', '/')).toBe(false);
  });

  it('forget what everybody may do in a vhost that is deleted', () => {
    const tom = accounts.putUser({ name: 'tom' });
    accounts.setPermissions('tom', 'gone', ALL);
    accounts.setPermissions('tom', 'kept', ALL);
    accounts.setTopicPermissions('tom', 'gone', 'amq.topic', { write: '', read: '' });
    accounts.vhostDeleted('gone');
    expect(tom.permissionsIn('gone')).toBeNull();
    expect(tom.topicPermissionsFor('gone', 'amq.topic')).toBeNull();
    expect(tom.permissionsIn('kept')).not.toBeNull();
  });

  it('set and lift limits one by one', () => {
    const tom = accounts.putUser({ name: 'tom' });
    accounts.setLimits('tom', { connectionsMax: 3 });
    accounts.setLimits('tom', { channelsMax: 5 });
    expect(tom.limits).toEqual({ connectionsMax: 3, channelsMax: 5 });
    accounts.clearLimits('tom');
    expect(tom.limits).toEqual({ connectionsMax: Infinity, channelsMax: Infinity });
  });
});
