import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import { login } from '../../amqp-control/security/sasl.ts';
import type { User } from '../../amqp-control/security/user.ts';
import type { Identity, Question } from '../link/messages.ts';

/** Who may use the management API: the users of AMQP, under the same rules. */
export class Logins {
  private readonly core: BrokerCore;

  /** @param onChange called when what was said of a user may not hold any more */
  constructor(core: BrokerCore, onChange: () => void) {
    this.core = core;
    core.accounts.observers.add(onChange);
    core.vhostBook.observers.add(onChange);
  }

  /** The user of that name, or null. */
  user(name: string): User | null {
    return this.core.accounts.users.get(name) ?? null;
  }

  /** @returns the user if name and password are right and it may come from there, or null */
  login({ name, password, peer }: Extract<Question, { ask: 'login' }>): Identity | null {
    const { settings, accounts, vhosts } = this.core;
    const response = Buffer.from(`\0${name}\0${password}`);
    const user = login('PLAIN', response, isLoopback(peer), settings.logins, accounts);
    if (user === null) return null;
    return {
      name: user.name,
      tags: user.tags,
      vhosts: [...vhosts.keys()].filter((vhost) => user.permissionsIn(vhost) !== null),
    };
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
