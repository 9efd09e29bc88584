import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Logger } from '../../logging.ts';
import { type CertificateExpiry, firstExpiryMs } from './certificate-expiry.ts';

/** Which of a client certificate's names is the user's. */
export type CertificateName = 'common-name' | 'distinguished-name' | 'subject-alternative-name';

/** What TLS is set up with. */
export interface TlsSettings {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
  /** Authorities that sign client certificates; null = those of the system. */
  readonly ca: string | null;
  /** Whether clients are asked for a certificate, which must be valid then. */
  readonly verifyPeer: boolean;
  /** Whether clients without one are refused. */
  readonly requireCertificate: boolean;
  readonly loginFrom: CertificateName;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * Of TLS 1.2 only what has forward secrecy and authenticated encryption; all of TLS 1.3 has both.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** What of the options of a TLS server comes from files, or is said for all of them. */
export interface TlsContext {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  readonly ciphers: string;
  readonly honorCipherOrder: boolean;
  readonly minVersion: TlsSettings['minVersion'];
}

/** How often files are looked at for changes, in milliseconds. */
const WATCH_INTERVAL_MS = 5000;

/** The files that TLS is set up from, read anew when they change. */
export class TlsFiles {
  readonly settings: TlsSettings;
  private readonly log: Logger;
  private readonly listener = () => this.reload();
  private read: TlsContext;
  private expires: CertificateExpiry;
  /** Called when new files are in use. */
  onChange: () => void = () => {};

  /** @throws Error that names what can't be read or does not fit together */
  constructor(settings: TlsSettings, log: Logger) {
    this.settings = settings;
    this.log = log;
    this.read = load(settings);
    this.expires = expiryOf(settings, this.read);
    for (const path of this.paths) {
      watchFile(path, { interval: WATCH_INTERVAL_MS, persistent: false }, this.listener);
    }
  }

  /** For `tls.createServer` and `setSecureContext`. */
  get context(): TlsContext {
    return this.read;
  }

  /** When what is in use expires. */
  get expiry(): CertificateExpiry {
    return this.expires;
  }

  /** Reads the files anew; what can't be used is logged, and the former remain in use. */
  reload(): void {
    try {
      this.read = load(this.settings);
      this.expires = expiryOf(this.settings, this.read);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error({ reason }, 'new TLS certificate is not usable, the former stays in use');
      return;
    }
    this.log.info({ cert: this.settings.cert }, 'TLS certificate read anew');
    this.onChange();
  }

  close(): void {
    for (const path of this.paths) unwatchFile(path, this.listener);
  }

  private get paths(): readonly string[] {
    const { cert, key, ca } = this.settings;
    return ca === null ? [cert, key] : [cert, key, ca];
  }
}

function load({ cert, key, ca, minVersion }: TlsSettings): TlsContext {
  const options: TlsContext = {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...(ca === null ? {} : { ca: readFileSync(ca) }),
    ciphers: CIPHERS,
    honorCipherOrder: true,
    minVersion,
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TLS: ${cert} and ${key} can't be used together: ${reason}`);
  }
  return options;
}

function expiryOf(settings: TlsSettings, { cert, ca }: TlsContext): CertificateExpiry {
  return {
    cert: settings.cert,
    certExpiresAtMs: firstExpiryMs(cert),
    ca: settings.ca,
    caExpiresAtMs: ca === undefined ? null : firstExpiryMs(ca),
  };
}
