import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { ReadBuffer } from '../../dmp-reader/read-buffer.ts';
import { DMP_PROTOCOL_HEADER } from '../../wire/dmp-handshake.ts';
import { PROTOCOL_HEADER } from '../../wire/frame.ts';
import type { BrokerCore } from '../broker-core.ts';
import { AmqpConnection } from '../connection/amqp-connection.ts';
import { WAITING_MESSAGE_OCTETS_MAX } from '../connection/publish-frames.ts';
import type { Identity } from '../connection/server-properties.ts';
import { DirectHandshake } from '../direct/direct-handshake.ts';
import { NOT_SCHEDULED, type TimerTask } from '../queues/timer-queue.ts';
import { certificateUser } from './certificate-user.ts';
import type { OctetHandler } from './connection-socket.ts';
import { connectionDescriptorsEnd } from './descriptor-limit.ts';
import { READ_OCTETS_MAX } from './read-pace.ts';
import type { TcpHandle } from './socket-transport.ts';
import { SocketTransport } from './socket-transport.ts';
import type { TlsFiles } from './tls-files.ts';
import { TlsRelay } from './tls-relay.ts';
import type { Turn } from './turn.ts';

/** Connections that the kernel keeps for us while we are busy; Linux cuts it to its own limit. */
const BACKLOG_CONNECTIONS = 4096;

/**
 * Octets of a frame beside its payload, twice over: a frame and its neighbour's beginning may be
 * left over.
 */
const LEFT_OVER_SLACK_OCTETS = 1024;

/** Only DMP is relayed, which has no use for an identity. */
const RELAYED: Identity = { product: '', version: '' };

/** Accepts connections on the broker's port and finds out which protocol each one speaks. */
export class Acceptor {
  private readonly core: BrokerCore;
  private readonly turn: Turn;
  private readonly readBuffer: ReadBuffer;
  private readonly servers: Server[] = [];
  private readonly transports = new Set<SocketTransport>();
  private readonly descriptorsEnd = connectionDescriptorsEnd();
  private readonly relay = new TlsRelay((inner, outer) => this.acceptRelayed(inner, outer));
  private refusedConnections = false;

  constructor(core: BrokerCore, turn: Turn) {
    this.core = core;
    this.turn = turn;
    const leftOverMax = Math.max(core.settings.frameMax, WAITING_MESSAGE_OCTETS_MAX);
    this.readBuffer = new ReadBuffer(leftOverMax + LEFT_OVER_SLACK_OCTETS, READ_OCTETS_MAX);
  }

  /**
   * Starts to listen on one more address.
   * @param identity what AMQP clients that connect there are told the broker is
   * @returns the port
   * @throws the system's error, such as EADDRINUSE
   */
  async listen(host: string, port: number, identity: Identity): Promise<number> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
      this.accept(socket, identity),
    );
    return this.listenWith(server, host, port);
  }

  /** As `listen`, with TLS. The files' context is followed. */
  async listenTls(
    host: string,
    port: number,
    identity: Identity,
    files: TlsFiles,
  ): Promise<number> {
    const { verifyPeer, requireCertificate, loginFrom } = files.settings;
    const { setupTimeoutMs } = this.core.settings;
    const server = createTlsServer({
      ...files.context,
      noDelay: true,
      handshakeTimeout: setupTimeoutMs,
      requestCert: verifyPeer,
      // Whoever need not have one may have none, but not a wrong one.
      rejectUnauthorized: verifyPeer && requireCertificate,
    });
    files.onChange = () => server.setSecureContext(files.context);
    server.on('secureConnection', (socket: TLSSocket) => {
      const hasCertificate = verifyPeer && Object.keys(socket.getPeerCertificate()).length > 0;
      if (hasCertificate && !socket.authorized) {
        const fields = { peer: socket.remoteAddress, reason: String(socket.authorizationError) };
        this.turn.run(() => this.core.events.write('warn', fields, 'client certificate refused'));
        socket.destroy();
        return;
      }
      const user = verifyPeer ? certificateUser(socket, loginFrom) : null;
      this.serve(new SocketTransport(socket, this.readBuffer, this.turn, user), identity, 0);
    });
    server.on('tlsClientError', (error, socket) => {
      const fields = { peer: socket.remoteAddress, reason: error.message };
      this.turn.run(() => this.core.events.write('warn', fields, 'TLS handshake failed'));
    });
    return this.listenWith(server, host, port);
  }

  private async listenWith(server: Server, host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: BACKLOG_CONNECTIONS }, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
    this.servers.push(server);
    server.on('error', (error) =>
      this.turn.run(() =>
        this.core.events.write('error', { err: error }, 'cannot accept connections'),
      ),
    );
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
    return address.port;
  }

  /** Stops accepting, and cuts connections that have not said yet what protocol they speak. */
  close(): void {
    for (const server of this.servers) server.close();
    this.relay.close();
    for (const transport of this.transports) if (!transport.identified) transport.destroy();
  }

  /** Resolves when the last connection has gone. */
  async drained(): Promise<void> {
    await Promise.all(
      [...this.transports].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      ),
    );
  }

  /** Cuts every connection. */
  destroyAll(): void {
    for (const transport of this.transports) transport.destroy();
  }

  private accept(accepted: Socket, identity: Identity): void {
    const handle = takeHandle(accepted);
    if (handle === null) return;
    this.serve(new SocketTransport(handle, this.readBuffer, this.turn), identity, handle.fd);
  }

  /** A direct connection whose client uses TLS. */
  private acceptRelayed(inner: Socket, outer: TLSSocket): void {
    const handle = takeHandle(inner);
    if (handle === null) return;
    const transport = new SocketTransport(handle, this.readBuffer, this.turn, null, outer);
    this.serve(transport, RELAYED, handle.fd);
  }

  private serve(transport: SocketTransport, identity: Identity, fd: number): void {
    const { connectionsMax } = this.core.settings;
    if (fd >= this.descriptorsEnd) {
      const fields = { descriptors: this.descriptorsEnd };
      this.turn.run(() =>
        this.core.events.write(
          'error',
          fields,
          'connection refused: file descriptors are used up, raise the limit (ulimit -n)',
        ),
      );
      transport.destroy();
      return;
    }
    if (this.transports.size >= connectionsMax) {
      if (!this.refusedConnections) {
        this.core.log.warn({ connectionsMax }, 'connection limit reached, refusing more');
      }
      this.refusedConnections = true;
      transport.destroy();
      return;
    }
    this.refusedConnections = false;
    this.transports.add(transport);
    transport.socket.on('close', () => this.transports.delete(transport));
    this.turn.begin();
    transport.start(new HeaderReader(this.core, transport, identity, this.relay));
    this.turn.end();
  }
}

/**
 * Reads the protocol header (specification 4.2.2) and hands the socket to who speaks that protocol.
 */
class HeaderReader implements OctetHandler {
  private readonly core: BrokerCore;
  private readonly transport: SocketTransport;
  private readonly timeout: TimerTask;
  private readonly identity: Identity;
  private readonly relay: TlsRelay;
  private refused = false;

  constructor(core: BrokerCore, transport: SocketTransport, identity: Identity, relay: TlsRelay) {
    this.core = core;
    this.relay = relay;
    this.identity = identity;
    this.transport = transport;
    this.timeout = { timerIndex: NOT_SCHEDULED, run: () => this.transport.destroy() };
    core.timers.schedule(this.timeout, core.nowMs + core.settings.setupTimeoutMs);
  }

  receive(octets: Buffer, at: number, end: number): number {
    if (this.refused) return end;
    const { core, transport } = this;
    const length = Math.min(end - at, PROTOCOL_HEADER.length);
    const matches = startsWith(PROTOCOL_HEADER, octets, at, length);
    const direct = core.direct !== null && startsWith(DMP_PROTOCOL_HEADER, octets, at, length);
    if ((matches || direct) && length < PROTOCOL_HEADER.length) return at;
    core.timers.cancel(this.timeout);
    const encrypted = direct ? transport.detach() : null;
    if (encrypted !== null) {
      this.relay.relay(encrypted, Buffer.from(octets.subarray(at, end)));
      return end;
    }
    if (direct && core.direct !== null) {
      const handshake = new DirectHandshake(core, transport, core.direct);
      transport.become(handshake);
      return handshake.receive(octets, at + length, end);
    }
    if (!matches) {
      // "the server MUST write a valid protocol header to the socket … and then close" (2.2.4,
      // 4.2.2)
      this.refused = true;
      transport.writeLast(PROTOCOL_HEADER);
      return end;
    }
    const connection = new AmqpConnection(core, transport, this.identity);
    transport.become(connection, connection.outbox);
    return connection.receive(octets, at + length, end);
  }

  wrote(): void {}

  socketClosed(): void {
    this.core.timers.cancel(this.timeout);
  }
}

/** Whether the `length` octets at `at` are the beginning of a protocol header. */
function startsWith(header: Buffer, octets: Buffer, at: number, length: number): boolean {
  return header.compare(octets, at, at + length, 0, length) === 0;
}

/**
 * Takes an accepted connection away from the net.Socket it came in, which reads into memory of its
 * own, so that it can be given one that reads into ours.
 */
function takeHandle(accepted: Socket): TcpHandle | null {
  const holder = accepted as unknown as { _handle: TcpHandle | null };
  const handle = holder._handle;
  holder._handle = null;
  accepted.destroy();
  return handle;
}
