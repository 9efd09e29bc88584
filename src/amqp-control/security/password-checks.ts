import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashPassword, matchesPassword } from './password-hash.ts';
import type { HashedPassword, Password, User } from './user.ts';

/**
 * Checks under way at a time. Each keeps a thread of Node's pool of four, and a core, busy for
 * 0.15 s: files and name look-ups need the others.
 */
const CHECKS_AT_ONCE_MAX = 2;

/** Checks that wait for their turn; more would wait longer than any client does. */
const CHECKS_WAITING_MAX = 1024;

/** A password to be checked. */
export interface PasswordCheck {
  /** Null: there is no such user, which must take as long to find out. */
  readonly user: User | null;
  readonly text: string;
  /** Its turn has come. @returns false if it needn't be checked any more */
  begin(): boolean;
  decided(isRight: boolean): void;
}

/** A password that was right, as long as the user has it. */
interface Remembered {
  readonly password: Password;
  readonly mac: Buffer;
}

/**
 * Checks passwords off the main thread, a few at a time. Hashing is meant to be slow, but clients
 * reconnect: what was right once is remembered, as a keyed hash that means nothing outside of this
 * process, and takes microseconds from then on. What is wrong always takes as long, whether there
 * is such a user or not.
 */
export class PasswordChecks {
  private readonly post: (work: () => void) => void;
  private readonly key = randomBytes(32);
  private readonly remembered = new WeakMap<User, Remembered>();
  private readonly waiting: PasswordCheck[] = [];
  private underWay = 0;
  /** Compared with where there is no hash to compare with. */
  private decoy: Promise<HashedPassword> | null = null;

  /** @param post runs work in a turn of the broker */
  constructor(post: (work: () => void) => void) {
    this.post = post;
  }

  /** Whether it is known without a look at the hash that this is the user's password. */
  knows(user: User, text: string): boolean {
    const { password } = user;
    const known = this.remembered.get(user);
    if (known !== undefined && known.password === password) {
      return timingSafeEqual(known.mac, this.mac(text));
    }
    if (password === null || password.algorithm !== 'plain') return false;
    this.remember(user, password.text);
    return this.knows(user, text);
  }

  /** @returns false, and does nothing, if too many wait already */
  check(check: PasswordCheck): boolean {
    if (this.waiting.length >= CHECKS_WAITING_MAX) return false;
    this.waiting.push(check);
    this.startMore();
    return true;
  }

  /** Hashes a password; `done` is called in a turn, before the promise resolves. */
  async hash(text: string, done: (hashed: HashedPassword) => void): Promise<void> {
    const hashed = await hashPassword(text);
    this.post(() => done(hashed));
  }

  /** Takes note that this is the password that the user has. */
  remember(user: User, text: string): void {
    this.remembered.set(user, { password: user.password, mac: this.mac(text) });
  }

  private startMore(): void {
    while (this.underWay < CHECKS_AT_ONCE_MAX) {
      const check = this.waiting.shift();
      if (check === undefined) return;
      if (check.begin()) void this.run(check);
    }
  }

  private async run(check: PasswordCheck): Promise<void> {
    const { user, text } = check;
    const password = user?.password ?? null;
    this.underWay++;
    const isRight = await this.matches(password, text).catch(() => false);
    this.underWay--;
    this.post(() => {
      // It may have been changed meanwhile, or the user deleted.
      const holds = isRight && user !== null && user.password === password;
      if (holds) this.remember(user, text);
      check.decided(holds);
      this.startMore();
    });
  }

  private async matches(password: Password, text: string): Promise<boolean> {
    if (password !== null && password.algorithm !== 'plain') {
      const isRight = await matchesPassword(password, text);
      if (isRight || password.algorithm === 'directmq_scrypt') return isRight;
    }
    // Whatever has a fast hash, or none, takes as long to be wrong.
    this.decoy ??= hashPassword(randomBytes(16).toString('hex'));
    await matchesPassword(await this.decoy, text);
    return false;
  }

  private mac(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}
