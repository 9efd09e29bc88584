import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { TlsView } from '../stats/connection-view.ts';
import { distinguishedName } from './certificate-user.ts';

/** What was agreed on with a client that uses TLS; null once the socket has closed. */
export function tlsFacts(socket: TLSSocket): TlsView | null {
  const version = socket.getProtocol();
  if (version === null) return null;
  const suite = suiteParts(socket.getCipher().standardName);
  const certificate = socket.getPeerCertificate();
  return { protocol: version.toLowerCase(), ...suite, peer: peerOf(certificate) };
}

/** `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384` in its parts; TLS 1.3 leaves the first open. */
function suiteParts(name: string): Pick<TlsView, 'keyExchange' | 'cipher' | 'hash'> {
  const [, keyExchange = 'any', cipher = '', hash = ''] =
    /^TLS_(?:(.+)_WITH_)?(.+)_([^_]+)$/.exec(name) ?? [];
  return {
    keyExchange: keyExchange.toLowerCase(),
    cipher: cipher.toLowerCase(),
    hash: hash.toLowerCase(),
  };
}

/** Null for a client that has shown no certificate. */
function peerOf(certificate: PeerCertificate): TlsView['peer'] {
  if (certificate?.subject === undefined) return null;
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    validity: `${isoTime(certificate.valid_from)} - ${isoTime(certificate.valid_to)}`,
  };
}

/** `Jan  1 00:00:00 2030 GMT` as `2030-01-01T00:00:00Z`. */
function isoTime(text: string): string {
  return new Date(text).toISOString().replace('.000', '');
}
