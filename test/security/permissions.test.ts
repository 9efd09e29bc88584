import { describe, expect, it } from 'vitest';
import {
  NO_PERMISSIONS,
  Permissions,
  TopicPermissions,
} from '../../src/amqp-control/security/permissions.ts';

describe('permissions', () => {
  it('match anywhere in a name unless anchored', () => {
    const permissions = new Permissions({ configure: 'a', write: '^a', read: 'a$' });
    expect(permissions.allows('configure', 'bab')).toBe(true);
    expect(permissions.allows('write', 'bab')).toBe(false);
    expect(permissions.allows('write', 'ab')).toBe(true);
    expect(permissions.allows('read', 'ab')).toBe(false);
    expect(permissions.allows('read', 'ba')).toBe(true);
  });

  it('allow nothing where a pattern is empty, as in RabbitMQ', () => {
    for (const permissions of [
      NO_PERMISSIONS,
      new Permissions({ configure: '', write: '', read: '' }),
    ]) {
      expect(permissions.allows('configure', 'queue')).toBe(false);
      expect(permissions.allows('write', 'amq.default')).toBe(false);
      expect(permissions.allows('read', 'queue')).toBe(false);
    }
  });

  it('refuse what is no regular expression', () => {
    expect(() => new Permissions({ configure: '(', write: '', read: '' })).toThrow(SyntaxError);
  });
});

describe('topic permissions', () => {
  const variables = { username: 'tom', vhost: '/' };

  it('put user and vhost into their patterns', () => {
    const permissions = new TopicPermissions(
      { write: '^{username}\\.', read: '^{vhost}-{username}$' },
      variables,
    );
    expect(permissions.allows('write', 'tom.x')).toBe(true);
    expect(permissions.allows('write', 'tim.x')).toBe(false);
    expect(permissions.allows('read', '/-tom')).toBe(true);
  });

  it('take names for what they are, not for patterns', () => {
    const permissions = new TopicPermissions(
      { write: '^{username}$', read: '^{username}$' },
      { username: '.*', vhost: '/' },
    );
    expect(permissions.allows('write', 'anything')).toBe(false);
    expect(permissions.allows('write', '.*')).toBe(true);
  });

  it('allow nothing where a pattern is empty', () => {
    expect(new TopicPermissions({ write: '', read: '' }, variables).allows('write', 'a')).toBe(
      false,
    );
  });
});
