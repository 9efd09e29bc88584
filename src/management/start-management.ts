import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { TlsFiles, type TlsSettings } from '../amqp-control/net/tls-files.ts';
import type { Turn } from '../amqp-control/net/turn.ts';
import { identityOf } from '../config/identity.ts';
import type { BrokerOptions } from '../config/options.ts';
import { VERSION } from '../config/version.ts';
import type { Sight } from './desk/desk.ts';
import type { BrokerFacts } from './link/messages.ts';
import { ManagementHost } from './management-host.ts';

/**
 * Starts the management API of a broker.
 * @param listening the ports of AMQP, and what they are called
 * @throws ManagementListenError
 * @throws Error that names a file of TLS that can't be used
 */
export function startManagement(
  options: BrokerOptions,
  turn: Turn,
  sight: Sight,
  listening: readonly { readonly name: string; readonly port: number }[],
): Promise<ManagementHost> {
  const tls = options.managementTls ? new TlsFiles(tlsSettings(options), turn.core.log) : null;
  return ManagementHost.start(turn, sight, tls, {
    host: options.managementHost,
    port: options.managementPort,
    broker: {
      node: `directmq@${hostname()}`,
      version: VERSION,
      rabbitmqVersion: identityOf('rabbitmq').version,
      startedAtMs: Date.now(),
      listeners: listening.map(({ name, port }) => ({
        protocol: name === 'amqps' ? 'amqp/ssl' : 'amqp',
        ip_address: options.host,
        port,
      })),
      mechanisms: mechanismsOf(options),
      memoryMaxOctets: options.memoryHighWater || null,
      dataDirectory: options.dataDir === 'none' ? null : resolve(options.dataDir),
      diskFreeMinOctets: options.dataDir === 'none' ? 0 : options.diskFreeLimit,
    },
  });
}

function mechanismsOf(options: BrokerOptions): BrokerFacts['mechanisms'] {
  return [
    { name: 'PLAIN', enabled: true },
    { name: 'AMQPLAIN', enabled: true },
    { name: 'EXTERNAL', enabled: options.tlsPort !== 0 && options.tlsVerify === 'peer' },
    { name: 'ANONYMOUS', enabled: options.anonymous !== 'none' },
  ];
}

/** Those of AMQP where the API has none of its own. */
function tlsSettings(options: BrokerOptions): TlsSettings {
  const hasOwn = options.managementTlsCert !== 'none';
  return {
    cert: hasOwn ? options.managementTlsCert : options.tlsCert,
    key: hasOwn ? options.managementTlsKey : options.tlsKey,
    ca: null,
    verifyPeer: false,
    requireCertificate: false,
    loginFrom: options.tlsLoginFrom,
    minVersion: options.tlsMinVersion,
  };
}
