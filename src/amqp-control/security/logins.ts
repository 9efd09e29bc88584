import type { Accounts } from './accounts.ts';
import type { LoginOrigin } from './login-origin.ts';
import { LoginThrottle } from './login-throttle.ts';
import type { PasswordChecks } from './password-checks.ts';
import { isWeaklyHashed } from './password-hash.ts';
import { type Credentials, readAmqplain, readPlain } from './sasl.ts';
import type { User } from './user.ts';

/** Who may log in how. */
export interface LoginRules {
  /** The user that SASL ANONYMOUS logs in as, or null where it isn't allowed. */
  readonly anonymousUser: string | null;
}

/** What became of a login. */
export type Verdict =
  | { readonly user: User; readonly reason: null }
  /** `reason` is for the log, not for the client; `name` is who it claimed to be. */
  | { readonly user: null; readonly reason: string; readonly name: string };

/** Someone who waits for a verdict. */
export interface Applicant {
  readonly origin: LoginOrigin;
  /** Whether it still waits. */
  isWanted(): boolean;
  /** Called once, at once or in a later turn. */
  decided(verdict: Verdict): void;
}

/** Finds out who clients are (SASL), and refuses those who guess. */
export class Logins {
  private readonly accounts: Accounts;
  private readonly rules: LoginRules;
  private readonly checks: PasswordChecks;
  private readonly clock: { readonly nowMs: number };
  private readonly throttle = new LoginThrottle();

  constructor(
    accounts: Accounts,
    rules: LoginRules,
    checks: PasswordChecks,
    clock: { readonly nowMs: number },
  ) {
    this.accounts = accounts;
    this.rules = rules;
    this.checks = checks;
    this.clock = clock;
  }

  /** The mechanisms that a client from there is offered in Connection.Start. */
  mechanisms({ certificateUser }: LoginOrigin): readonly string[] {
    const offered = ['PLAIN', 'AMQPLAIN'];
    if (this.rules.anonymousUser !== null) offered.push('ANONYMOUS');
    if (certificateUser !== null) offered.push('EXTERNAL');
    return offered;
  }

  /**
   * Decides about the response of Connection.Start-Ok.
   * @param mechanism one that was offered
   */
  login(mechanism: string, response: Buffer, applicant: Applicant): void {
    if (mechanism === 'ANONYMOUS' || mechanism === 'EXTERNAL') {
      const { certificateUser } = applicant.origin;
      const name = mechanism === 'EXTERNAL' ? certificateUser : this.rules.anonymousUser;
      this.admit(name ?? '', applicant);
      return;
    }
    const credentials = mechanism === 'PLAIN' ? readPlain(response) : readAmqplain(response);
    if (credentials === null) refuse(applicant, '', 'malformed credentials');
    else this.checkPassword(credentials, applicant);
  }

  /** Decides about a name and a password, such as those of an HTTP request. */
  checkPassword({ name, password }: Credentials, applicant: Applicant): void {
    if (!this.mayTry(name, applicant)) return;
    const user = this.accounts.users.get(name) ?? null;
    if (user !== null && this.checks.knows(user, password)) {
      this.throttle.succeeded(name, applicant.origin.address);
      this.admit(name, applicant);
      return;
    }
    const taken = this.checks.check({
      user,
      text: password,
      // Others may have failed while it waited for its turn.
      begin: () => applicant.isWanted() && this.mayTry(name, applicant),
      decided: (isRight) => this.checked(user, name, password, isRight, applicant),
    });
    if (!taken) refuse(applicant, name, 'too many logins at a time');
  }

  /** Hashes the passwords that the configuration gave, so that users can be stored and shown. */
  async hashPlainPasswords(): Promise<void> {
    for (const user of [...this.accounts.users.values()]) {
      if (user.password?.algorithm === 'plain') await this.rehash(user, user.password.text);
    }
  }

  /** Refuses who guesses. */
  private mayTry(name: string, applicant: Applicant): boolean {
    const objection = this.throttle.objection(name, applicant.origin.address, this.clock.nowMs);
    if (objection !== null) refuse(applicant, name, objection);
    return objection === null;
  }

  private checked(
    user: User | null,
    name: string,
    password: string,
    isRight: boolean,
    applicant: Applicant,
  ): void {
    const { address } = applicant.origin;
    if (!isRight || user === null) {
      this.throttle.failed(name, address, this.clock.nowMs);
      const reason = user === null ? 'there is no such user' : 'wrong password';
      refuse(applicant, name, reason);
      return;
    }
    this.throttle.succeeded(name, address);
    this.strengthen(user, password);
    this.admit(name, applicant);
  }

  /** Lets the user in, if there is one of that name and it may come from there. */
  private admit(name: string, applicant: Applicant): void {
    const user = this.accounts.users.get(name);
    if (user === undefined) {
      refuse(applicant, name, 'there is no such user');
    } else if (!applicant.origin.fromLoopback && this.accounts.loopbackOnly.has(name)) {
      refuse(applicant, name, 'this user may log in from this machine only (loopback-users)');
    } else {
      applicant.decided({ user, reason: null });
    }
  }

  /** A password that came with a fast hash gets a slow one as soon as it is known. */
  private strengthen(user: User, text: string): void {
    if (isWeaklyHashed(user.password)) void this.rehash(user, text);
  }

  private rehash(user: User, text: string): Promise<void> {
    const { password } = user;
    return this.checks.hash(text, (stronger) => {
      // It may have been changed meanwhile, or the user deleted.
      if (user.password !== password || password === null) return;
      const { name, passwordIsConfigured: configured } = user;
      this.accounts.putUser({ name, password: stronger, configured });
      this.checks.remember(user, text);
    });
  }
}

function refuse(applicant: Applicant, name: string, reason: string): void {
  applicant.decided({ user: null, reason, name });
}
