import { isIPv4 } from 'node:net';

/** Where a login comes from. */
export interface LoginOrigin {
  /** The client's address, without a port. */
  readonly address: string;
  /** The client is on this machine: users that are local only may log in. */
  readonly fromLoopback: boolean;
  /** The user that a verified client certificate names, or null. */
  readonly certificateUser: string | null;
}

export function originOf(address: string, certificateUser: string | null = null): LoginOrigin {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  const fromLoopback = plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
  return { address: plain, fromLoopback, certificateUser };
}
