import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeTable } from '../../wire/field-table.ts';
import { ProtocolError } from '../../wire/protocol-error.ts';
import type { Accounts } from './accounts.ts';
import type { User } from './user.ts';

/** Who may log in how. */
export interface LoginRules {
  /** The user that SASL ANONYMOUS logs in as, or null where it isn't allowed. */
  readonly anonymousUser: string | null;
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** The mechanisms offered in Connection.Start, separated by spaces. */
export function offeredMechanisms(rules: LoginRules): string {
  return rules.anonymousUser === null ? 'PLAIN AMQPLAIN' : 'PLAIN AMQPLAIN ANONYMOUS';
}

/** True if Connection.Start-Ok names a mechanism that we offered. */
export function isOffered(mechanism: string, rules: LoginRules): boolean {
  return offeredMechanisms(rules).split(' ').includes(mechanism);
}

/** The user that the response of Connection.Start-Ok proves, or null if it proves none. */
export function login(
  mechanism: string,
  response: Buffer,
  fromLoopback: boolean,
  rules: LoginRules,
  accounts: Accounts,
): User | null {
  const user =
    mechanism === 'ANONYMOUS'
      ? accounts.users.get(rules.anonymousUser ?? '')
      : proven(mechanism === 'PLAIN' ? readPlain(response) : readAmqplain(response), accounts);
  if (user === undefined || (!fromLoopback && accounts.loopbackOnly.has(user.name))) return null;
  return user;
}

function proven(credentials: Credentials | null, accounts: Accounts): User | undefined {
  if (credentials === null) return undefined;
  const user = accounts.users.get(credentials.name);
  const known = user?.password?.algorithm === 'plain' ? user.password.text : '';
  const matches = timingSafeEqual(digest(known), digest(credentials.password));
  return matches && user?.password?.algorithm === 'plain' ? user : undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** RFC 4616: authorisation identity, NUL, name, NUL, password. */
function readPlain(response: Buffer): Credentials | null {
  const nameAt = response.indexOf(0) + 1;
  const nameEnd = response.indexOf(0, nameAt);
  if (nameAt === 0 || nameEnd < 0) return null;
  return {
    name: response.toString('utf8', nameAt, nameEnd),
    password: response.toString('utf8', nameEnd + 1),
  };
}

/** A field table without its length, with the fields LOGIN and PASSWORD. */
function readAmqplain(response: Buffer): Credentials | null {
  const table = Buffer.alloc(4 + response.length);
  table.writeUInt32BE(response.length, 0);
  response.copy(table, 4);
  try {
    const fields = decodeTable(table, 0, table.length);
    const name = fields.LOGIN;
    const password = fields.PASSWORD;
    if (typeof name !== 'string' || typeof password !== 'string') return null;
    return { name, password };
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
