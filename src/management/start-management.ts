import { hostname } from 'node:os';
import type { Turn } from '../amqp-control/net/turn.ts';
import { identityOf } from '../config/identity.ts';
import type { BrokerOptions } from '../config/options.ts';
import { VERSION } from '../config/version.ts';
import type { Sight } from './desk/desk.ts';
import { ManagementHost } from './management-host.ts';

/**
 * Starts the management API of a broker.
 * @param listening the ports of AMQP
 * @throws ManagementListenError
 */
export function startManagement(
  options: BrokerOptions,
  turn: Turn,
  sight: Sight,
  listening: readonly { readonly port: number }[],
): Promise<ManagementHost> {
  return ManagementHost.start(turn, sight, {
    host: options.managementHost,
    port: options.managementPort,
    broker: {
      node: `directmq@${hostname()}`,
      version: VERSION,
      rabbitmqVersion: identityOf('rabbitmq').version,
      startedAtMs: Date.now(),
      listeners: listening.map(({ port }) => ({
        protocol: 'amqp',
        ip_address: options.host,
        port,
      })),
    },
  });
}
