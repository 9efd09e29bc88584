import {
  type PermissionPatterns,
  Permissions,
  type TopicPatterns,
  TopicPermissions,
} from './permissions.ts';
import { type Password, UNLIMITED_USER, User, type UserLimits } from './user.ts';

/** A user as it shall be; what is left out stays as it is, or is empty for a new one. */
export interface UserRequest {
  readonly name: string;
  readonly password?: Password;
  /** The password is what the configuration says. */
  readonly configured?: boolean;
  readonly tags?: readonly string[];
}

/** A change of users or permissions, told right behind it. */
export type AccountChange =
  /** Made, or its password, tags or limits changed. */
  | { readonly kind: 'userPut'; readonly user: User }
  /** Its permissions are gone, too. */
  | { readonly kind: 'userDeleted'; readonly user: User }
  | {
      readonly kind: 'permissionsChanged';
      readonly user: User;
      readonly vhost: string;
      /** Null: it may not enter the vhost any more. */
      readonly permissions: Permissions | null;
    }
  | {
      readonly kind: 'topicPermissionsChanged';
      readonly user: User;
      readonly vhost: string;
      readonly exchange: string;
      /** Null: it may use any routing key. */
      readonly permissions: TopicPermissions | null;
    };

export type AccountObserver = (change: AccountChange) => void;

/** There is no user of that name. */
export class UnknownUserError extends Error {
  constructor(name: string) {
    super(`there is no user '${name}'`);
  }
}

/** The users of a broker, what they may do, and how much of it. Knows nothing of connections. */
export class Accounts {
  /** Users who may log in from this machine only. */
  readonly loopbackOnly: ReadonlySet<string>;
  readonly observers = new Set<AccountObserver>();
  private readonly byName = new Map<string, User>();

  /** @param loopbackOnly names that may log in only from this machine */
  constructor(loopbackOnly: readonly string[] = []) {
    this.loopbackOnly = new Set(loopbackOnly);
  }

  /** In the order in which they were made. */
  get users(): ReadonlyMap<string, User> {
    return this.byName;
  }

  /** @throws UnknownUserError */
  user(name: string): User {
    const user = this.byName.get(name);
    if (user === undefined) throw new UnknownUserError(name);
    return user;
  }

  /** Makes a user or changes one. */
  putUser(request: UserRequest): User {
    const { name, password, tags } = request;
    const user = this.byName.get(name) ?? new User(name, null);
    if (password !== undefined) {
      user.password = password;
      user.passwordIsConfigured = request.configured === true;
    }
    if (tags !== undefined) user.tags = [...tags];
    this.byName.set(name, user);
    this.tell({ kind: 'userPut', user });
    return user;
  }

  /** @throws UnknownUserError */
  deleteUser(name: string): void {
    const user = this.user(name);
    this.byName.delete(name);
    user.password = null;
    user.permissions.clear();
    user.topicPermissions.clear();
    this.tell({ kind: 'userDeleted', user });
  }

  /** Bounds that are left out stay as they are; Infinity lifts one. @throws UnknownUserError */
  setLimits(name: string, limits: Partial<UserLimits>): void {
    const user = this.user(name);
    user.limits = { ...user.limits, ...limits };
    this.tell({ kind: 'userPut', user });
  }

  /** Lifts all bounds. @throws UnknownUserError */
  clearLimits(name: string): void {
    this.setLimits(name, UNLIMITED_USER);
  }

  /**
   * Lets a user into a vhost, or changes what it may do there.
   * @throws UnknownUserError, or SyntaxError for an invalid regular expression
   */
  setPermissions(name: string, vhost: string, patterns: PermissionPatterns): void {
    const user = this.user(name);
    const permissions = new Permissions(patterns);
    user.permissions.set(vhost, permissions);
    this.tell({ kind: 'permissionsChanged', user, vhost, permissions });
  }

  /** @returns false if there were none. @throws UnknownUserError */
  clearPermissions(name: string, vhost: string): boolean {
    const user = this.user(name);
    if (!user.permissions.delete(vhost)) return false;
    this.tell({ kind: 'permissionsChanged', user, vhost, permissions: null });
    return true;
  }

  /**
   * Restricts the routing keys that a user may use with a topic exchange, which need not exist.
   * @throws UnknownUserError, or SyntaxError for an invalid regular expression
   */
  setTopicPermissions(
    name: string,
    vhost: string,
    exchange: string,
    patterns: TopicPatterns,
  ): void {
    const user = this.user(name);
    const permissions = new TopicPermissions(patterns, { username: name, vhost });
    const byExchange = user.topicPermissions.get(vhost) ?? new Map();
    user.topicPermissions.set(vhost, byExchange.set(exchange, permissions));
    this.tell({ kind: 'topicPermissionsChanged', user, vhost, exchange, permissions });
  }

  /**
   * @param exchange null: those for all exchanges of the vhost
   * @returns false if there were none. @throws UnknownUserError
   */
  clearTopicPermissions(name: string, vhost: string, exchange: string | null = null): boolean {
    const user = this.user(name);
    const byExchange = user.topicPermissions.get(vhost);
    const cleared = [...(byExchange?.keys() ?? [])].filter(
      (candidate) => exchange === null || candidate === exchange,
    );
    for (const each of cleared) {
      byExchange?.delete(each);
      const change = { kind: 'topicPermissionsChanged', user, vhost, permissions: null } as const;
      this.tell({ ...change, exchange: each });
    }
    if (byExchange?.size === 0) user.topicPermissions.delete(vhost);
    return cleared.length > 0;
  }

  /** A vhost is gone, and with it what anybody may do there. */
  vhostDeleted(vhost: string): void {
    for (const { name } of this.byName.values()) {
      this.clearPermissions(name, vhost);
      this.clearTopicPermissions(name, vhost);
    }
  }

  private tell(change: AccountChange): void {
    for (const observer of this.observers) observer(change);
  }
}
