import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { HashedPassword, HashingAlgorithm, Password } from './user.ts';

/** A hash that can't be read; the message says why. */
export class PasswordHashError extends Error {}

/** The cost of scrypt (RFC 7914): memory is 128 * 2^lnN * r octets, time that times p. */
interface ScryptCost {
  readonly lnN: number;
  readonly r: number;
  readonly p: number;
}

/**
 * What OWASP advises for servers that must not spend more than 16 MiB on a login. It takes a core
 * 0.15 s, once for each user and password while the broker runs: see PasswordChecks.
 */
const COST: ScryptCost = { lnN: 14, r: 8, p: 5 };

/** Costs of imported hashes that are accepted: beyond them one login would be an attack on us. */
const COST_MAX: ScryptCost = { lnN: 17, r: 8, p: 16 };

const SALT_OCTETS = 16;
const KEY_OCTETS = 32;
/** RabbitMQ's hashes begin with their salt. */
const RABBIT_SALT_OCTETS = 4;

const DIGESTS: Readonly<Record<Exclude<HashingAlgorithm, 'directmq_scrypt'>, string>> = {
  rabbit_password_hashing_sha256: 'sha256',
  rabbit_password_hashing_sha512: 'sha512',
  rabbit_password_hashing_md5: 'md5',
};

/** `$scrypt$ln=14,r=8,p=5$SALT$KEY`, both base64: the PHC string format. */
const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Hashes a password to be stored; takes a thread of the pool for 0.15 s. */
export async function hashPassword(text: string): Promise<HashedPassword> {
  const salt = randomBytes(SALT_OCTETS);
  const key = await derive(text, salt, COST, KEY_OCTETS);
  const { lnN, r, p } = COST;
  const hash = `$scrypt$ln=${lnN},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
  return { algorithm: 'directmq_scrypt', hash };
}

/** Whether a stored password is this one. */
export async function matchesPassword(stored: HashedPassword, text: string): Promise<boolean> {
  if (stored.algorithm === 'directmq_scrypt') {
    const { cost, salt, key } = parsePhc(stored.hash);
    return timingSafeEqual(key, await derive(text, salt, cost, key.length));
  }
  const octets = Buffer.from(stored.hash, 'base64');
  const salt = octets.subarray(0, RABBIT_SALT_OCTETS);
  const digest = createHash(DIGESTS[stored.algorithm]).update(salt).update(text).digest();
  return timingSafeEqual(octets.subarray(RABBIT_SALT_OCTETS), digest);
}

/** Whether the password should be hashed anew, because what it is hashed with is weaker. */
export function isWeaklyHashed(password: Password): password is HashedPassword {
  if (password === null || password.algorithm === 'plain') return false;
  if (password.algorithm !== 'directmq_scrypt') return true;
  const { lnN, r, p } = parsePhc(password.hash).cost;
  return 2 ** lnN * r * p < 2 ** COST.lnN * COST.r * COST.p;
}

/**
 * Takes a hash as definitions have it.
 * @returns null for the empty hash of a user without password
 * @throws PasswordHashError
 */
export function readHashedPassword(algorithm: string, hash: string): HashedPassword | null {
  if (hash === '') return null;
  if (algorithm === 'directmq_scrypt') {
    parsePhc(hash);
    return { algorithm, hash };
  }
  const known = Object.keys(DIGESTS).find((name) => name === algorithm);
  if (known === undefined) {
    throw new PasswordHashError(
      `hashing algorithm '${algorithm}' is unknown ` +
        `(known: directmq_scrypt, ${Object.keys(DIGESTS).join(', ')})`,
    );
  }
  const rabbit = known as keyof typeof DIGESTS;
  const octets = RABBIT_SALT_OCTETS + createHash(DIGESTS[rabbit]).digest().length;
  if (!BASE64.test(hash) || Buffer.from(hash, 'base64').length !== octets) {
    throw new PasswordHashError(`not a hash by ${algorithm}: ${octets} octets in base64`);
  }
  return { algorithm: rabbit, hash };
}

function parsePhc(hash: string): { cost: ScryptCost; salt: Buffer; key: Buffer } {
  const [, lnN, r, p, salt, key] = PHC.exec(hash) ?? [];
  const cost = { lnN: Number(lnN), r: Number(r), p: Number(p) };
  const usable =
    salt !== undefined &&
    key !== undefined &&
    Object.values(cost).every((value) => value > 0) &&
    cost.lnN <= COST_MAX.lnN &&
    cost.r <= COST_MAX.r &&
    cost.p <= COST_MAX.p;
  if (!usable) {
    throw new PasswordHashError(
      'not a hash by directmq_scrypt: $scrypt$ln=N,r=R,p=P$SALT$KEY with N up to ' +
        `${COST_MAX.lnN}, R up to ${COST_MAX.r}, P up to ${COST_MAX.p}`,
    );
  }
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

function derive(
  text: string,
  salt: Buffer,
  { lnN, r, p }: ScryptCost,
  octets: number,
): Promise<Buffer> {
  const options = { N: 2 ** lnN, r, p, maxmem: 256 * 2 ** lnN * r };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, octets, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function unpadded(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}
