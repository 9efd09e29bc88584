/** How many failures are allowed. */
export interface FailureAllowance {
  /** At once. */
  readonly burst: number;
  /** Again, as time goes by. */
  readonly perSecond: number;
}

/** Keys remembered at most: the oldest is forgotten, which an attacker pays for by its number. */
const KEYS_MAX = 10_000;

interface Account {
  left: number;
  atMs: number;
}

/** Counts failures by a key, such as an address, and says when there were too many. */
export class FailureBudget {
  private readonly allowance: FailureAllowance;
  private readonly accounts = new Map<string, Account>();

  constructor(allowance: FailureAllowance) {
    this.allowance = allowance;
  }

  /** Whether one more failure is too many. */
  isSpent(key: string, nowMs: number): boolean {
    const account = this.accounts.get(key);
    return account !== undefined && this.leftOf(account, nowMs) < 1;
  }

  spend(key: string, nowMs: number): void {
    const account = this.accounts.get(key);
    const left = account === undefined ? this.allowance.burst : this.leftOf(account, nowMs);
    this.accounts.delete(key);
    this.accounts.set(key, { left: Math.max(0, left - 1), atMs: nowMs });
    if (this.accounts.size <= KEYS_MAX) return;
    for (const oldest of this.accounts.keys()) {
      this.accounts.delete(oldest);
      return;
    }
  }

  /** Forgets the failures of a key. */
  forgive(key: string): void {
    this.accounts.delete(key);
  }

  private leftOf({ left, atMs }: Account, nowMs: number): number {
    const { burst, perSecond } = this.allowance;
    return Math.min(burst, left + ((nowMs - atMs) / 1000) * perSecond);
  }
}
