import { decodeTable } from '../../wire/field-table.ts';
import { ProtocolError } from '../../wire/protocol-error.ts';
import type { User, UserStore } from './users.ts';

/** Who may log in how. */
export interface LoginRules {
  readonly users: UserStore;
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
): User | null {
  if (mechanism === 'ANONYMOUS') {
    if (rules.anonymousUser === null) return null;
    return rules.users.anonymous(rules.anonymousUser, fromLoopback);
  }
  const credentials = mechanism === 'PLAIN' ? readPlain(response) : readAmqplain(response);
  if (credentials === null) return null;
  return rules.users.authenticate(credentials.name, credentials.password, fromLoopback);
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
