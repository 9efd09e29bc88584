import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Regular expressions over resource names; a resource is accessible if its name matches. */
export interface PermissionPatterns {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** A user as configured. */
export interface UserDefinition {
  readonly name: string;
  readonly password: string;
  readonly tags?: readonly string[];
  /** By vhost name. */
  readonly permissions?: Readonly<Record<string, PermissionPatterns>>;
}

export type Permission = keyof PermissionPatterns;

/**
 * Permission checks remembered per user and vhost: control methods repeat names, patterns may be
 * slow.
 */
const REMEMBERED_CHECKS_MAX = 1024;

/** What one user may do in one vhost. */
export class Permissions {
  private readonly patterns: Readonly<Record<Permission, RegExp>>;
  private readonly remembered = new Map<string, boolean>();

  /** @throws SyntaxError for an invalid regular expression */
  constructor(patterns: PermissionPatterns) {
    this.patterns = {
      configure: new RegExp(patterns.configure),
      write: new RegExp(patterns.write),
      read: new RegExp(patterns.read),
    };
  }

  allows(permission: Permission, resource: string): boolean {
    const key = `${permission} ${resource}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const allowed = this.patterns[permission].test(resource);
    if (this.remembered.size >= REMEMBERED_CHECKS_MAX) this.remembered.clear();
    this.remembered.set(key, allowed);
    return allowed;
  }
}

/** An authenticated identity. */
export class User {
  readonly name: string;
  readonly tags: readonly string[];
  private readonly salt = randomBytes(16);
  private readonly hash: Buffer;
  private readonly permissions = new Map<string, Permissions>();

  constructor(definition: UserDefinition) {
    this.name = definition.name;
    this.tags = definition.tags ?? [];
    this.hash = this.hashOf(definition.password);
    for (const [vhost, patterns] of Object.entries(definition.permissions ?? {})) {
      this.permissions.set(vhost, new Permissions(patterns));
    }
  }

  /** Whether messages may carry another user's name as user-id (RabbitMQ's tag of that name). */
  get mayImpersonate(): boolean {
    return this.tags.includes('impersonator');
  }

  hasPassword(password: string): boolean {
    return timingSafeEqual(this.hash, this.hashOf(password));
  }

  /** What the user may do in a vhost, or null if it may not enter it. */
  permissionsIn(vhost: string): Permissions | null {
    return this.permissions.get(vhost) ?? null;
  }

  private hashOf(password: string): Buffer {
    return createHash('sha256').update(this.salt).update(password).digest();
  }
}

/** The users that may log in. */
export class UserStore {
  private readonly users = new Map<string, User>();
  private readonly loopbackOnly: ReadonlySet<string>;
  /** Checked when the name is unknown, so that a wrong name takes as long as a wrong password. */
  private readonly nobody = new User({ name: '', password: randomBytes(16).toString('hex') });

  /** @param loopbackOnly names that may log in only from this machine */
  constructor(definitions: readonly UserDefinition[], loopbackOnly: readonly string[]) {
    for (const definition of definitions) this.users.set(definition.name, new User(definition));
    this.loopbackOnly = new Set(loopbackOnly);
  }

  /** The user, or null if name and password don't match or it may not come from there. */
  authenticate(name: string, password: string, fromLoopback: boolean): User | null {
    const user = this.users.get(name) ?? this.nobody;
    if (!user.hasPassword(password) || user === this.nobody) return null;
    return this.mayConnect(user, fromLoopback) ? user : null;
  }

  /** The user that SASL ANONYMOUS stands for, without a password check. */
  anonymous(name: string, fromLoopback: boolean): User | null {
    const user = this.users.get(name);
    if (user === undefined) return null;
    return this.mayConnect(user, fromLoopback) ? user : null;
  }

  private mayConnect(user: User, fromLoopback: boolean): boolean {
    return fromLoopback || !this.loopbackOnly.has(user.name);
  }
}
