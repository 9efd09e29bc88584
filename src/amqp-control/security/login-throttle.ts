import { isIPv6 } from 'node:net';
import { type FailureAllowance, FailureBudget } from './failure-budget.ts';

/**
 * For one user from one address: a client with an old password tries again every few seconds, and
 * must not keep others from their work; a guesser gets 1,800 guesses an hour.
 */
const PAIR_ALLOWANCE: FailureAllowance = { burst: 10, perSecond: 0.5 };

/** For one address, whatever users it tries: many clients may share one. */
const ADDRESS_ALLOWANCE: FailureAllowance = { burst: 50, perSecond: 1 };

/** For one user from addresses that it never came from: guesses from many machines. */
const USER_ALLOWANCE: FailureAllowance = { burst: 100, perSecond: 1 };

/** Pairs of user and address that have logged in, and are remembered. */
const TRUSTED_MAX = 10_000;

/**
 * Slows down who guesses passwords. A login is refused without a look at the password while there
 * were too many failures: of this user from this address, of this address, or of this user from
 * wherever. The last can't be used to lock a user out from where it has logged in before.
 */
export class LoginThrottle {
  private readonly pairs = new FailureBudget(PAIR_ALLOWANCE);
  private readonly addresses = new FailureBudget(ADDRESS_ALLOWANCE);
  private readonly users = new FailureBudget(USER_ALLOWANCE);
  private readonly trusted = new Set<string>();

  /** Why the password is not to be looked at, or null. */
  objection(user: string, address: string, nowMs: number): string | null {
    const network = networkOf(address);
    const pair = pairKey(user, network);
    if (this.pairs.isSpent(pair, nowMs)) return 'too many failed logins of this user from there';
    if (this.addresses.isSpent(network, nowMs)) return 'too many failed logins from there';
    if (!this.trusted.has(pair) && this.users.isSpent(user, nowMs)) {
      return 'too many failed logins of this user';
    }
    return null;
  }

  failed(user: string, address: string, nowMs: number): void {
    const network = networkOf(address);
    this.pairs.spend(pairKey(user, network), nowMs);
    this.addresses.spend(network, nowMs);
    this.users.spend(user, nowMs);
  }

  succeeded(user: string, address: string): void {
    const pair = pairKey(user, networkOf(address));
    this.pairs.forgive(pair);
    if (this.trusted.has(pair)) return;
    if (this.trusted.size >= TRUSTED_MAX) this.trusted.clear();
    this.trusted.add(pair);
  }
}

/** A machine has 2^64 IPv6 addresses to choose from: its network counts as one. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::')) return address;
  const groups = address.split(':');
  return groups.slice(0, 4).join(':');
}

function pairKey(user: string, network: string): string {
  return `${network} ${user}`;
}
