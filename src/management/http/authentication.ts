import { createHash } from 'node:crypto';
import type { BrokerLink } from '../link/broker-link.ts';
import type { Identity } from '../link/messages.ts';

/**
 * How long a password that was right isn't checked again, in milliseconds: pages and scrapers ask
 * every second, and checking takes as long as hashing a password is meant to.
 */
const REMEMBERED_MS = 10_000;
/** Logins that are remembered at a time; they are small. */
const REMEMBERED_MAX = 1000;

interface Remembered {
  readonly identity: Identity;
  readonly untilMs: number;
}

/** Finds out who a client is (RFC 7617, Basic). */
export class Authentication {
  private readonly link: BrokerLink;
  private readonly remembered = new Map<string, Remembered>();

  constructor(link: BrokerLink) {
    this.link = link;
    link.onUsersChanged = () => this.remembered.clear();
  }

  /**
   * @param header the header Authorization, if there is one
   * @param peer the client's address
   * @returns the user, or null if the header proves none
   */
  async identify(header: string | undefined, peer: string): Promise<Identity | null> {
    const credentials = readBasic(header);
    if (credentials === null) return null;
    const key = createHash('sha256').update(`${peer} ${header}`).digest('base64');
    const known = this.remembered.get(key);
    if (known !== undefined && known.untilMs > performance.now()) return known.identity;
    const identity = await this.link.login(credentials.name, credentials.password, peer);
    if (identity === null) return null;
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(key, { identity, untilMs: performance.now() + REMEMBERED_MS });
    return identity;
  }
}

function readBasic(header = ''): { name: string; password: string } | null {
  const [, encoded] = /^basic +([a-z0-9+/_=-]+)$/i.exec(header) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
