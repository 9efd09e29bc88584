import type { Permissions, TopicPermissions } from './permissions.ts';

/** How a password was hashed: our own way, and those of RabbitMQ's definitions. */
export type HashingAlgorithm =
  | 'directmq_scrypt'
  | 'rabbit_password_hashing_sha256'
  | 'rabbit_password_hashing_sha512'
  | 'rabbit_password_hashing_md5';

/** A password as it is stored. */
export interface HashedPassword {
  readonly algorithm: HashingAlgorithm;
  readonly hash: string;
}

/** A password as the configuration gives it; hashed before it is stored or shown. */
export interface PlainPassword {
  readonly algorithm: 'plain';
  readonly text: string;
}

/** Null: the user can't log in with a password. */
export type Password = HashedPassword | PlainPassword | null;

/** Bounds that hold for one user; Infinity = none. */
export interface UserLimits {
  readonly connectionsMax: number;
  readonly channelsMax: number;
}

export const UNLIMITED_USER: UserLimits = { connectionsMax: Infinity, channelsMax: Infinity };

/**
 * An identity. What it may do can change at any time and holds for its open connections, too;
 * changes are made by Accounts.
 */
export class User {
  readonly name: string;
  password: Password;
  /** The password is the configuration's, hashed or not: it isn't stored. */
  passwordIsConfigured = false;
  tags: readonly string[] = [];
  limits: UserLimits = UNLIMITED_USER;
  /** Its connections that are open, and their channels. */
  connectionCount = 0;
  channelCount = 0;
  /** By vhost. */
  readonly permissions = new Map<string, Permissions>();
  /** By vhost and exchange. */
  readonly topicPermissions = new Map<string, Map<string, TopicPermissions>>();

  constructor(name: string, password: Password) {
    this.name = name;
    this.password = password;
  }

  /** Whether messages may carry another user's name as user-id (RabbitMQ's tag of that name). */
  get mayImpersonate(): boolean {
    return this.tags.includes('impersonator');
  }

  /** What the user may do in a vhost, or null if it may not enter it. */
  permissionsIn(vhost: string): Permissions | null {
    return this.permissions.get(vhost) ?? null;
  }

  /** The routing keys that it may use with a topic exchange, or null if it may use any. */
  topicPermissionsFor(vhost: string, exchange: string): TopicPermissions | null {
    return this.topicPermissions.get(vhost)?.get(exchange) ?? null;
  }
}
