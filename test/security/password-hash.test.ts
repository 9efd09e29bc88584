import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  hashPassword,
  isWeaklyHashed,
  matchesPassword,
  readHashedPassword,
} from '../../src/amqp-control/security/password-hash.ts';
import type { HashedPassword } from '../../src/amqp-control/security/user.ts';

/** The example of RabbitMQ's documentation: password test12, salt 908D C60A. */
const DOCUMENTED = 'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR';

/** As RabbitMQ hashes: salt, then the digest of salt and password. */
function rabbitHash(digest: string, password: string): string {
  const salt = Buffer.from('salt');
  const hash = createHash(digest).update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

function read(algorithm: string, hash: string): HashedPassword {
  const password = readHashedPassword(algorithm, hash);
  if (password === null) throw new Error('no password');
  return password;
}

describe('hashed passwords', () => {
  it('match the one password only, and are different each time', async () => {
    const hashed = await hashPassword('secret');
    expect(await matchesPassword(hashed, 'secret')).toBe(true);
    expect(await matchesPassword(hashed, 'Secret')).toBe(false);
    expect(await matchesPassword(hashed, '')).toBe(false);
    expect(hashed.hash).not.toBe((await hashPassword('secret')).hash);
    expect(isWeaklyHashed(hashed)).toBe(false);
  });

  it("include the example of RabbitMQ's documentation", async () => {
    const hashed = read('rabbit_password_hashing_sha256', DOCUMENTED);
    expect(await matchesPassword(hashed, 'test12')).toBe(true);
    expect(await matchesPassword(hashed, 'test13')).toBe(false);
    expect(isWeaklyHashed(hashed)).toBe(true);
  });

  it.each(['sha256', 'sha512', 'md5'])("include RabbitMQ's by %s", async (digest) => {
    const algorithm = `rabbit_password_hashing_${digest}`;
    const hashed = read(algorithm, rabbitHash(digest, 'pässword'));
    expect(await matchesPassword(hashed, 'pässword')).toBe(true);
    expect(await matchesPassword(hashed, 'password')).toBe(false);
  });

  it('may be empty, for users who have none', () => {
    expect(readHashedPassword('rabbit_password_hashing_sha256', '')).toBeNull();
  });

  it.each([
    ['an unknown algorithm', 'rabbit_password_hashing_rot13', DOCUMENTED, /'.*rot13' is unknown/],
    ['a short hash', 'rabbit_password_hashing_sha256', 'kI3GCg==', /36 octets in base64/],
    ['no base64', 'rabbit_password_hashing_sha256', '!'.repeat(48), /36 octets in base64/],
    ['the hash of another algorithm', 'rabbit_password_hashing_sha512', DOCUMENTED, /68 octets/],
    ['no PHC string', 'directmq_scrypt', DOCUMENTED, /\$scrypt\$ln=N/],
    ['too high a cost', 'directmq_scrypt', '$scrypt$ln=30,r=8,p=1$c2FsdA$a2V5', /N up to 17/],
  ])('are refused for %s', (_, algorithm, hash, text) => {
    expect(() => readHashedPassword(algorithm, hash)).toThrow(text);
  });
});
