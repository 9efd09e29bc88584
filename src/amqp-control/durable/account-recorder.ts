import type { StoreClient } from '../../store/store-client.ts';
import type { AccountChange, Accounts } from '../security/accounts.ts';
import type { ParameterChange } from '../topology/global-parameters.ts';
import type { Policy } from '../topology/policy.ts';
import type { PolicyChange } from '../topology/policy-book.ts';
import type { VHost } from '../topology/vhost.ts';
import type { VHostChange } from '../topology/vhost-book.ts';
import { policyDefinition, userDefinition, vhostDefinition } from './account-definitions.ts';
import { definitionKey } from './definitions.ts';

/**
 * Has the store keep what is changed of users, virtual hosts, policies and global parameters;
 * what the configuration names is there at every start anyway.
 */
export class AccountRecorder {
  private readonly store: StoreClient;
  /** By name, what there is to be said of a user: most changes of a password are of its hash. */
  private readonly known = new Map<string, string>();

  constructor(store: StoreClient, accounts: Accounts) {
    this.store = store;
    for (const user of accounts.users.values()) {
      this.known.set(user.name, JSON.stringify(userDefinition(user)));
    }
  }

  accountChanged({ kind, user }: AccountChange): void {
    const key = definitionKey('user', user.name);
    if (kind === 'userDeleted') {
      this.known.delete(user.name);
      this.store.undefine(key);
      return;
    }
    const text = JSON.stringify(userDefinition(user));
    if (this.known.get(user.name) === text) return;
    this.known.set(user.name, text);
    this.store.define(key, text);
  }

  vhostChanged(change: VHostChange | PolicyChange): void {
    switch (change.kind) {
      case 'vhostPut':
        this.store.define(
          definitionKey('vhost', change.vhost.name),
          JSON.stringify(vhostDefinition(change.vhost)),
        );
        break;
      case 'vhostDeleted':
        this.vhostDeleted(change.vhost);
        break;
      case 'policyPut': {
        const { vhost, policy } = change;
        this.store.define(
          policyKey(vhost, policy),
          JSON.stringify(policyDefinition(vhost, policy)),
        );
        break;
      }
      case 'policyDeleted':
        this.store.undefine(policyKey(change.vhost, change.policy));
        break;
    }
  }

  parameterChanged(change: ParameterChange): void {
    const key = definitionKey('parameter', change.name);
    if (change.kind === 'parameterDeleted') this.store.undefine(key);
    else this.store.define(key, JSON.stringify({ name: change.name, value: change.value }));
  }

  private vhostDeleted({ name, policies }: VHost): void {
    for (const kind of ['policy', 'operator policy'] as const) {
      for (const policy of policies.policies(kind).values()) {
        this.store.undefine(policyKey(name, policy));
      }
    }
    this.store.undefine(definitionKey('vhost', name));
  }
}

function policyKey(vhost: string, { kind, name }: Policy): string {
  return definitionKey('policy', vhost, kind, name);
}
