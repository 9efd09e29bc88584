import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateName } from './tls-files.ts';

/** The user that a client's verified certificate names (SASL EXTERNAL), or null. */
export function certificateUser(socket: TLSSocket, from: CertificateName): string | null {
  if (!socket.authorized) return null;
  const certificate = socket.getPeerCertificate();
  const name = nameIn(certificate, from);
  return name === null || name === '' ? null : name;
}

function nameIn({ subject, subjectaltname }: PeerCertificate, from: CertificateName) {
  switch (from) {
    case 'common-name':
      return single(subject?.CN);
    case 'distinguished-name':
      return distinguishedName(subject);
    case 'subject-alternative-name':
      return alternativeName(subjectaltname ?? '');
  }
}

/** `CN=shop,O=Example` (RFC 4514: the last part comes first); empty if there is no name. */
export function distinguishedName(name: PeerCertificate['subject'] | undefined): string {
  return Object.entries(name ?? {})
    .map(([type, value]) => `${type}=${single(value)}`)
    .reverse()
    .join(',');
}

/** The first alternative name of a kind that can name a user: DNS, email or URI. */
function alternativeName(text: string): string | null {
  for (const entry of text.split(', ')) {
    const [, name] = /^(?:DNS|email|URI):(.+)$/.exec(entry) ?? [];
    if (name !== undefined) return name;
  }
  return null;
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
