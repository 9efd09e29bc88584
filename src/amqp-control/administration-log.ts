import type { BrokerCore } from './broker-core.ts';
import type { AccountChange } from './security/accounts.ts';
import type { PolicyChange } from './topology/policy-book.ts';
import type { VHostChange } from './topology/vhost-book.ts';

/** Logs what is administered from now on; what was there before is not told. */
export function logAdministration(core: BrokerCore): void {
  const { accounts, vhostBook, globalParameters, events } = core;
  const users = new Set(accounts.users.keys());
  const vhosts = new Set(core.vhosts.keys());
  const write = (fields: Readonly<Record<string, unknown>>, what: string) =>
    events.write('info', fields, what);

  accounts.observers.add((change: AccountChange) => {
    const user = change.user.name;
    switch (change.kind) {
      case 'userPut':
        // Passwords are hashed anew without anybody having changed them.
        if (!users.has(user)) write({ user, tags: change.user.tags }, 'user made');
        users.add(user);
        break;
      case 'userDeleted':
        users.delete(user);
        write({ user }, 'user deleted');
        break;
      case 'permissionsChanged': {
        const { vhost, permissions } = change;
        write({ user, vhost, ...permissions?.patterns }, granted(permissions, 'permissions'));
        break;
      }
      case 'topicPermissionsChanged': {
        const { vhost, exchange, permissions } = change;
        const fields = { user, vhost, exchange, ...permissions?.patterns };
        write(fields, granted(permissions, 'topic permissions'));
        break;
      }
    }
  });

  vhostBook.observers.add((change: VHostChange | PolicyChange) => {
    switch (change.kind) {
      case 'vhostPut':
        if (!vhosts.has(change.vhost.name)) write({ vhost: change.vhost.name }, 'vhost made');
        vhosts.add(change.vhost.name);
        break;
      case 'vhostDeleted':
        vhosts.delete(change.vhost.name);
        write({ vhost: change.vhost.name }, 'vhost deleted');
        break;
      case 'policyPut': {
        const { kind, name, pattern, applyTo, priority, definition } = change.policy;
        const fields = { vhost: change.vhost, name, pattern, applyTo, priority, definition };
        write(fields, `${kind} set`);
        break;
      }
      case 'policyDeleted': {
        const { kind, name } = change.policy;
        write({ vhost: change.vhost, name }, `${kind} deleted`);
        break;
      }
    }
  });

  globalParameters.observers.add(({ kind, name }) => {
    write({ name }, kind === 'parameterPut' ? 'global parameter set' : 'global parameter deleted');
  });
}

function granted(permissions: object | null, what: string): string {
  return permissions === null ? `${what} cleared` : `${what} set`;
}
