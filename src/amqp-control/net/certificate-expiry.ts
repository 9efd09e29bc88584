import { X509Certificate } from 'node:crypto';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** When the files that a port's TLS is set up from expire, in milliseconds since the epoch. */
export interface CertificateExpiry {
  /** Path of the file with the certificate and its chain. */
  readonly cert: string;
  readonly certExpiresAtMs: number;
  /** Path of the file with the authorities of clients; null if there is none. */
  readonly ca: string | null;
  readonly caExpiresAtMs: number | null;
}

/** When the first of the certificates in a PEM file expires; Infinity if it holds none. */
export function firstExpiryMs(pem: Buffer): number {
  const certificates = pem.toString('latin1').match(PEM_CERTIFICATE) ?? [];
  return Math.min(...certificates.map((text) => Date.parse(new X509Certificate(text).validTo)));
}
