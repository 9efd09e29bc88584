import type { Value } from '../model/facts.ts';
import {
  CONNECTIONS_LIMIT,
  isPartOf,
  limitFact,
  PERMISSION_PROPERTIES,
  POLICY_PROPERTIES,
  permissionsFact,
  policyFact,
  USER_PROPERTIES,
  userFact,
  VHOST_PROPERTIES,
  valueText,
  vhostFact,
} from './administration.ts';
import type { Dice } from './dice.ts';
import { pause, type Run } from './run.ts';

/** Names are few, so that the same ones come again with other properties. */
const USERS = 3;
const VHOSTS = 2;
const POLICIES = 3;
const LIMIT_MAX = 100;
const HASH_OCTETS = 36;

const DEFAULT_VHOST = '/';
const LOGIN_USER = 'guest';
const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };
const PATTERNS: readonly string[] = ['', '.*', '^a', '^b'];
const TAGS: readonly (readonly string[])[] = [[], ['monitoring'], ['management', 'policymaker']];

/** They apply to the queues of churners and let messages be where they are. */
const POLICY_PATTERN = '^churner';
const POLICY_DEFINITIONS: readonly Record<string, number>[] = [
  { 'max-length': 1_000_000 },
  { 'message-ttl': 3_600_000 },
  { expires: 3_600_000, 'max-length-bytes': 2 ** 40 },
];

/** Makes, changes and removes users, permissions, virtual hosts and policies that are its own. */
export async function administer(run: Run, name: string): Promise<void> {
  const administrator = new Administrator(run, name);
  await run.play(name, async (dice) => {
    await administrator.act(dice);
    await pause(dice.mostlySmall(0, 20));
  });
}

class Administrator {
  private readonly run: Run;
  private readonly name: string;

  constructor(run: Run, name: string) {
    this.run = run;
    this.name = name;
  }

  act(dice: Dice): Promise<void> {
    const user = `${this.name}.u${dice.below(USERS)}`;
    const ownVhost = `${this.name}.v${dice.below(VHOSTS)}`;
    const policy = `${this.name}.p${dice.below(POLICIES)}`;
    const vhost = this.isThere(vhostFact(ownVhost)) && dice.chance(0.5) ? ownVhost : DEFAULT_VHOST;
    if (!this.isThere(userFact(user))) return this.putUser(user, dice);
    switch (dice.below(9)) {
      case 0:
        return this.putUser(user, dice);
      case 1:
        return this.deleteUser(user);
      case 2:
        return this.limit(user, dice.below(LIMIT_MAX));
      case 3:
      case 4:
        return this.permit(vhost, user, dice);
      case 5:
        return this.forbid(vhost, user);
      case 6:
        return this.isThere(vhostFact(ownVhost)) && dice.chance(0.5)
          ? this.deleteVhost(ownVhost)
          : this.putVhost(ownVhost, dice);
      case 7:
        return this.deletePolicy(vhost, policy);
      default:
        return this.putPolicy(vhost, policy, dice);
    }
  }

  private putUser(user: string, dice: Dice): Promise<void> {
    const hash = Buffer.alloc(HASH_OCTETS, `${dice.seed()} `).toString('base64');
    const body = { tags: dice.pick(TAGS), password_hash: hash };
    const change = [[userFact(user), valueText(body, USER_PROPERTIES)]] as const;
    return this.change(change, () => this.run.api.put(['users', user], body));
  }

  private deleteUser(user: string): Promise<void> {
    return this.change(this.endOf(user), () => this.run.api.delete(['users', user]));
  }

  private limit(user: string, value: number): Promise<void> {
    return this.change([[limitFact(user), String(value)]], () =>
      this.run.api.put(['user-limits', user, CONNECTIONS_LIMIT], { value }),
    );
  }

  private permit(vhost: string, user: string, dice: Dice): Promise<void> {
    const body = {
      configure: dice.pick(PATTERNS),
      write: dice.pick(PATTERNS),
      read: dice.pick(PATTERNS),
    };
    const fact = permissionsFact(vhost, user);
    return this.change([[fact, valueText(body, PERMISSION_PROPERTIES)]], () =>
      this.run.api.put(['permissions', vhost, user], body),
    );
  }

  private async forbid(vhost: string, user: string): Promise<void> {
    const fact = permissionsFact(vhost, user);
    if (!this.isThere(fact)) return;
    await this.change([[fact, null]], () => this.run.api.delete(['permissions', vhost, user]));
  }

  /** Who makes a virtual host may do everything in it. */
  private putVhost(vhost: string, dice: Dice): Promise<void> {
    const body = { description: `described ${dice.seed()}` };
    const change: (readonly [string, Value])[] = [
      [vhostFact(vhost), valueText(body, VHOST_PROPERTIES)],
    ];
    if (!this.isThere(vhostFact(vhost))) {
      const fact = permissionsFact(vhost, LOGIN_USER);
      change.push([fact, valueText(EVERYTHING, PERMISSION_PROPERTIES)]);
    }
    return this.change(change, () => this.run.api.put(['vhosts', vhost], body));
  }

  private deleteVhost(vhost: string): Promise<void> {
    return this.change(this.endOf(vhost), () => this.run.api.delete(['vhosts', vhost]));
  }

  private putPolicy(vhost: string, policy: string, dice: Dice): Promise<void> {
    const body = {
      pattern: POLICY_PATTERN,
      'apply-to': 'queues',
      priority: dice.below(10),
      definition: dice.pick(POLICY_DEFINITIONS),
    };
    const fact = policyFact(vhost, policy);
    return this.change([[fact, valueText(body, POLICY_PROPERTIES)]], () =>
      this.run.api.put(['policies', vhost, policy], body),
    );
  }

  private async deletePolicy(vhost: string, policy: string): Promise<void> {
    const fact = policyFact(vhost, policy);
    if (!this.isThere(fact)) return;
    await this.change([[fact, null]], () => this.run.api.delete(['policies', vhost, policy]));
  }

  /** The end of a user or a virtual host, with all that belongs to it. */
  private endOf(name: string): (readonly [fact: string, value: null])[] {
    const facts = [...this.run.facts.there()].filter((fact) => isPartOf(fact, name));
    return facts.map((fact) => [fact, null]);
  }

  private async change(
    facts: readonly (readonly [name: string, value: Value])[],
    work: () => Promise<void>,
  ): Promise<void> {
    const { run } = this;
    for (const [name, value] of facts) run.facts.changing(name, value);
    await work();
    for (const [name] of facts) run.facts.changed(name);
    run.ledger.promised();
  }

  private isThere(fact: string): boolean {
    return typeof this.run.facts.get(fact) === 'string';
  }
}
