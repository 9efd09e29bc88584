import { decodeTable } from '../../wire/field-table.ts';
import { ProtocolError } from '../../wire/protocol-error.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** RFC 4616: authorisation identity, NUL, name, NUL, password. Null if it isn't that. */
export function readPlain(response: Buffer): Credentials | null {
  const nameAt = response.indexOf(0) + 1;
  const nameEnd = response.indexOf(0, nameAt);
  if (nameAt === 0 || nameEnd < 0) return null;
  return {
    name: response.toString('utf8', nameAt, nameEnd),
    password: response.toString('utf8', nameEnd + 1),
  };
}

/** A field table without its length, with the fields LOGIN and PASSWORD. Null if it isn't that. */
export function readAmqplain(response: Buffer): Credentials | null {
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
