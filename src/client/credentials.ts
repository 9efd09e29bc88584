/** Ways to log in, in amqplib's shape: a SASL mechanism and its response. */
import { encodeTable } from '../wire/field-table.ts';
import type { Credentials } from './types/settings.ts';

/** Octets of the length in front of a table, which AMQPLAIN leaves out. */
const TABLE_LENGTH_SIZE = 4;

type PasswordCredentials = Required<Credentials>;

/** Name and password in the clear (RFC 4616). */
export function plain(username: string, password: string): PasswordCredentials {
  const response = () => Buffer.from(`\0${username}\0${password}`);
  return { mechanism: 'PLAIN', response, username, password };
}

/** Name and password in a field table (RabbitMQ, OpenAMQ). */
export function amqplain(username: string, password: string): PasswordCredentials {
  const response = () =>
    encodeTable({ LOGIN: username, PASSWORD: password }).subarray(TABLE_LENGTH_SIZE);
  return { mechanism: 'AMQPLAIN', response, username, password };
}

/** The broker knows who we are, for instance from our certificate. */
export function external(): { mechanism: string; response(): Buffer } {
  return { mechanism: 'EXTERNAL', response: () => Buffer.alloc(0) };
}
