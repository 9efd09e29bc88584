import type { BrokerCore } from '../broker-core.ts';
import { type ConnectionView, connectionName, type TlsView } from './connection-view.ts';
import type { Description, ObjectSource } from './object-source.ts';
import { openConnections } from './open-connections.ts';
import { type JsonObject, plainTable } from './plain-table.ts';

/** Connections that are open. */
export class ConnectionSource implements ObjectSource<ConnectionView> {
  readonly kind = 'connection';
  readonly columns = [
    'recv_oct',
    'send_oct',
    'recv_cnt',
    'send_cnt',
    'send_pend',
    'channels',
    'blocked',
  ] as const;
  private readonly core: BrokerCore;

  constructor(core: BrokerCore) {
    this.core = core;
  }

  all(): Iterable<ConnectionView> {
    return openConnections(this.core);
  }

  /** By name, in any vhost. */
  find(_vhost: string, name: string): ConnectionView | null {
    for (const view of this.all()) if (connectionName(view) === name) return view;
    return null;
  }

  describe(view: ConnectionView): Description {
    return {
      number: view.number,
      name: connectionName(view),
      peer: view.peer,
      local: view.local,
      user: view.userName,
      vhost: view.vhostName,
      auth_mechanism: view.mechanism,
      client_properties: plainTable(view.clientProperties),
      channel_max: view.channelMax,
      frame_max: view.frameMax,
      timeout: view.heartbeatSeconds,
      connected_at: view.connectedAtMs,
      tls: tlsFields(view.tls),
    };
  }

  revision(): number {
    return 0;
  }

  read(view: ConnectionView, row: Float64Array, at: number): void {
    const traffic = view.traffic();
    row[at] = traffic.octetsIn;
    row[at + 1] = traffic.octetsOut;
    row[at + 2] = traffic.reads;
    row[at + 3] = traffic.writes;
    row[at + 4] = view.waitingOctets;
    row[at + 5] = view.channels.size;
    row[at + 6] = view.blocked ? 1 : 0;
  }
}

/** In RabbitMQ's fields. */
function tlsFields(tls: TlsView | null): JsonObject {
  return {
    ssl: tls !== null,
    ssl_protocol: tls?.protocol ?? '',
    ssl_key_exchange: tls?.keyExchange ?? '',
    ssl_cipher: tls?.cipher ?? '',
    ssl_hash: tls?.hash ?? '',
    peer_cert_subject: tls?.peer?.subject ?? '',
    peer_cert_issuer: tls?.peer?.issuer ?? '',
    peer_cert_validity: tls?.peer?.validity ?? '',
  };
}
