/** What a user may do in one virtual host: regular expressions over exchange and queue names. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** One account. A virtual host that `permissions` does not name is closed to it. */
export interface UserSettings {
  readonly name: string;
  readonly password: string;
  readonly tags?: readonly string[];
  readonly permissions?: Readonly<Record<string, Permissions>>;
}

const EVERYTHING: Permissions = { configure: '.*', write: '.*', read: '.*' };

/**
 * The accounts a broker starts with: the configured ones or, where there are none, the default
 * user, who may do everything in every virtual host.
 */
export function accountsOf(options: {
  readonly users: readonly UserSettings[];
  readonly vhosts: readonly string[];
  readonly defaultUser: string;
  readonly defaultPass: string;
}): readonly UserSettings[] {
  if (options.users.length > 0) return options.users;
  const permissions: Record<string, Permissions> = Object.create(null);
  for (const vhost of options.vhosts) permissions[vhost] = EVERYTHING;
  return [
    {
      name: options.defaultUser,
      password: options.defaultPass,
      tags: ['administrator'],
      permissions,
    },
  ];
}
