import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import { originOf } from '../../amqp-control/security/login-origin.ts';
import type { Verdict } from '../../amqp-control/security/logins.ts';
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
  async login({
    name,
    password,
    peer,
  }: Extract<Question, { ask: 'login' }>): Promise<Identity | null> {
    const { logins, events, vhosts } = this.core;
    const verdict = await new Promise<Verdict>((decided) =>
      logins.checkPassword(
        { name, password },
        { origin: originOf(peer), isWanted: () => true, decided },
      ),
    );
    const { user, reason } = verdict;
    this.core.loginCounts.http.count(user !== null);
    if (user === null) {
      events.write('warn', { user: name, peer, reason }, 'login to the management API refused');
      return null;
    }
    return {
      name: user.name,
      tags: user.tags,
      vhosts: [...vhosts.keys()].filter((vhost) => user.permissionsIn(vhost) !== null),
    };
  }
}
