/** Regular expressions over resource names; a resource is accessible if its name matches. */
export interface PermissionPatterns {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** Regular expressions over the routing keys of one topic exchange. */
export interface TopicPatterns {
  readonly write: string;
  readonly read: string;
}

export type Permission = keyof PermissionPatterns;
export type TopicPermission = keyof TopicPatterns;

/**
 * Permission checks remembered per user and vhost: control methods repeat names, patterns may be
 * slow.
 */
const REMEMBERED_CHECKS_MAX = 1024;

/** What the empty pattern stands for, as in RabbitMQ: only the empty name, which nothing has. */
const NOTHING = /^$/;

/** Characters that mean something in a regular expression. */
const SPECIAL_CHARACTERS = /[\\^$.*+?()[\]{}|]/g;

/** What one user may do in one vhost. */
export class Permissions {
  readonly patterns: PermissionPatterns;
  private readonly expressions: Readonly<Record<Permission, RegExp>>;
  private readonly remembered = new Map<string, boolean>();

  /** @throws SyntaxError for an invalid regular expression */
  constructor(patterns: PermissionPatterns) {
    const { configure, write, read } = patterns;
    this.patterns = { configure, write, read };
    this.expressions = {
      configure: expression(configure),
      write: expression(write),
      read: expression(read),
    };
  }

  allows(permission: Permission, resource: string): boolean {
    const key = `${permission} ${resource}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const allowed = this.expressions[permission].test(resource);
    if (this.remembered.size >= REMEMBERED_CHECKS_MAX) this.remembered.clear();
    this.remembered.set(key, allowed);
    return allowed;
  }
}

/** Of a user who has no permissions in the vhost (any more). */
export const NO_PERMISSIONS = new Permissions({ configure: '', write: '', read: '' });

/**
 * With which routing keys one user may publish to one topic exchange (write), and bind to it
 * (read), on top of the permissions for the exchange itself.
 */
export class TopicPermissions {
  readonly patterns: TopicPatterns;
  private readonly expressions: Readonly<Record<TopicPermission, RegExp>>;

  /**
   * @param variables what `{username}` and `{vhost}` in the patterns stand for
   * @throws SyntaxError for an invalid regular expression
   */
  constructor(patterns: TopicPatterns, variables: Readonly<Record<string, string>>) {
    const { write, read } = patterns;
    this.patterns = { write, read };
    this.expressions = {
      write: expression(expand(write, variables)),
      read: expression(expand(read, variables)),
    };
  }

  /** The regular expression, variables replaced, that routing keys to be published must match. */
  get writePattern(): string {
    return this.expressions.write.source;
  }

  allows(permission: TopicPermission, routingKey: string): boolean {
    return this.expressions[permission].test(routingKey);
  }
}

function expression(pattern: string): RegExp {
  return pattern === '' ? NOTHING : new RegExp(pattern);
}

/** Puts in values as plain text: a user called `.*` gains nothing by its name. */
function expand(pattern: string, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).reduce(
    (text, [name, value]) =>
      text.replaceAll(`{${name}}`, () => value.replace(SPECIAL_CHARACTERS, '\\$&')),
    pattern,
  );
}
