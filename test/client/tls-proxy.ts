import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';

/** A file of the folder `tls-files`. */
export function tlsFile(name: string): Buffer {
  return readFileSync(new URL(`./tls-files/${name}`, import.meta.url));
}

/** Stands in front of a broker and speaks TLS with its clients. */
export class TlsProxy {
  /** Connections that came, and whom the client's certificate names, if it has one. */
  readonly clients: string[] = [];
  /** Names that clients asked for (SNI). */
  readonly servernames: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(upstreamPort: number, clientCertificates: boolean) {
    this.server = createServer(
      {
        key: tlsFile('server.key'),
        cert: tlsFile('server.pem'),
        ca: tlsFile('ca.pem'),
        requestCert: clientCertificates,
        rejectUnauthorized: clientCertificates,
        allowHalfOpen: true,
      },
      (client) => this.pass(client, upstreamPort),
    );
    this.server.on('tlsClientError', () => {});
    // Those whose handshake never ends are sockets, too.
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** @param clientCertificates whether clients must have one that the authority has signed */
  static async start(
    upstreamPort: number,
    clientCertificates = false,
    port = 0,
  ): Promise<TlsProxy> {
    const proxy = new TlsProxy(upstreamPort, clientCertificates);
    await new Promise<void>((resolve) => proxy.server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(client: TLSSocket, upstreamPort: number): void {
    this.clients.push(String(client.getPeerCertificate().subject?.CN ?? ''));
    if (typeof client.servername === 'string') this.servernames.push(client.servername);
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroySoon());
    }
  }
}
