import { OptionError } from './option-error.ts';
import { type BrokerOptions, OPTIONS, type OptionName } from './options.ts';
import { accountsOf } from './users.ts';

/**
 * Refuses options that are valid each by itself but not together.
 *
 * @throws OptionError naming both sides
 */
export function refuseContradictions(options: BrokerOptions): void {
  refuseThreads(options);
  refuseMoreThan(options, 'feedWarnMessages', 'feedDropMessages');
  refuseMoreThan(options, 'feedWarnOctets', 'feedDropOctets');
  // A content larger than the whole backlog could never be delivered.
  refuseMoreThan(options, 'directMaxContent', 'feedDropOctets');
  refuseAccounts(options);
  refuseTls(options);
  refuseManagementTls(options);
}

function refuseManagementTls(options: BrokerOptions): void {
  const { managementTls, managementPort, managementTlsCert, managementTlsKey } = options;
  if ((managementTlsCert === 'none') !== (managementTlsKey === 'none')) {
    throw new OptionError('management-tls-cert and management-tls-key go together');
  }
  if (!managementTls || managementPort < 0 || managementTlsCert !== 'none') return;
  if (options.tlsCert === 'none' || options.tlsKey === 'none') {
    throw new OptionError(
      'management-tls needs management-tls-cert and management-tls-key, or tls-cert and tls-key',
    );
  }
}

function refuseTls({ tlsPort, tlsCert, tlsKey, tlsVerify, tlsRequireCertificate }: BrokerOptions) {
  if (tlsPort !== 0 && (tlsCert === 'none' || tlsKey === 'none')) {
    throw new OptionError(`tls-port ${tlsPort} needs tls-cert and tls-key`);
  }
  if (tlsRequireCertificate && tlsVerify === 'none') {
    throw new OptionError('tls-require-certificate needs tls-verify peer');
  }
}

function refuseThreads({ shards, writers }: BrokerOptions): void {
  if (shards === 0 && writers > 0) {
    throw new OptionError(`writers ${writers} needs shards (valid with shards 0: writers 0)`);
  }
  if (shards > 0 && writers === 0) {
    throw new OptionError(
      `shards ${shards} needs writers (valid with writers 0: shards 0; else writers 1 or more)`,
    );
  }
}

function refuseMoreThan(options: BrokerOptions, lower: OptionName, upper: OptionName): void {
  const least = options[lower];
  const most = options[upper];
  if (least <= most) return;
  throw new OptionError(
    `${OPTIONS[lower].flag} ${least} is more than ${OPTIONS[upper].flag} ${most} ` +
      `(valid: at most ${most})`,
  );
}

function refuseAccounts(options: BrokerOptions): void {
  const accounts = accountsOf(options);
  const names = new Set<string>();
  for (const { name, permissions } of accounts) {
    if (names.has(name)) throw new OptionError(`users: ${name} is listed twice`);
    names.add(name);
    for (const vhost of Object.keys(permissions ?? {})) {
      if (options.vhosts.includes(vhost)) continue;
      throw new OptionError(
        `users: ${name} has permissions in ${vhost}, which is not a virtual host ` +
          `(valid: ${options.vhosts.join(', ')})`,
      );
    }
  }
  if (options.anonymous !== 'none' && !names.has(options.anonymous)) {
    throw new OptionError(
      `anonymous: there is no user ${options.anonymous} (valid: none, ${[...names].join(', ')})`,
    );
  }
}
