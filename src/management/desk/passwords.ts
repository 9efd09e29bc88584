import {
  hashPassword,
  PasswordHashError,
  readHashedPassword,
} from '../../amqp-control/security/password-hash.ts';
import type { Password } from '../../amqp-control/security/user.ts';
import { badRequest } from '../link/api-error.ts';
import type { Arguments } from './arguments.ts';

/**
 * The password that a request sets: `password`, or `password_hash` with `hashing_algorithm`.
 * @returns null for none (an empty hash), undefined if the request doesn't say
 * @throws ApiError 400 for a hash that is none
 */
export async function readPassword(given: Arguments): Promise<Password | undefined> {
  if (given.has('password')) return hashPassword(given.text('password'));
  if (!given.has('password_hash')) return undefined;
  const algorithm = given.text('hashing_algorithm', 'rabbit_password_hashing_sha256');
  try {
    return readHashedPassword(algorithm, given.text('password_hash'));
  } catch (error) {
    if (error instanceof PasswordHashError) throw badRequest(error.message);
    throw error;
  }
}
