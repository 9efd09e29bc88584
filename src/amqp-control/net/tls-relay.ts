import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** How long the ends of a relayed connection may take to find each other, or to close, in ms. */
const PATIENCE_MS = 5000;

/** Takes the inner end of a relayed connection. */
export type Taker = (socket: Socket, outer: TLSSocket) => void;

/**
 * Direct connections are served by shards and writers through their descriptors, which can't
 * decrypt. So main decrypts, and relays to an inner connection over loopback, whose other end goes
 * the way of all others: its buffers are bounded, and a peer that doesn't read is a slow feed.
 * Nobody else can connect there: an inner connection is known by the port that it comes from.
 */
export class TlsRelay {
  private readonly take: Taker;
  private server: Promise<Server> | null = null;
  /** By the port that an inner connection comes from: one end waits for the other. */
  private readonly outers = new Map<number, TLSSocket>();
  private readonly arrivals = new Map<number, Socket>();

  constructor(take: Taker) {
    this.take = take;
  }

  /** @param first octets that were read from `outer` already */
  relay(outer: TLSSocket, first: Buffer): void {
    outer.pause();
    void this.open(outer, first).catch(() => outer.destroy());
  }

  close(): void {
    void this.server?.then((server) => server.close());
  }

  private async open(outer: TLSSocket, first: Buffer): Promise<void> {
    this.server ??= this.listen();
    const address = (await this.server).address();
    if (address === null || typeof address === 'string' || outer.destroyed) return;
    const inner = connect({ port: address.port, host: address.address, noDelay: true });
    inner.on('error', () => outer.destroy());
    inner.on('connect', () => {
      const port = inner.localPort ?? 0;
      this.outers.set(port, outer);
      this.match(port);
    });
    inner.on('close', () => {
      setTimeout(() => outer.destroy(), PATIENCE_MS).unref();
    });
    outer.on('close', () => inner.destroy());
    inner.write(first);
    outer.pipe(inner);
    inner.pipe(outer);
  }

  private async listen(): Promise<Server> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
      const port = socket.remotePort ?? 0;
      socket.on('error', () => socket.destroy());
      this.arrivals.set(port, socket);
      this.match(port);
      // Whoever else has found the port is not let in.
      setTimeout(() => {
        if (this.arrivals.get(port) !== socket) return;
        this.arrivals.delete(port);
        socket.destroy();
      }, PATIENCE_MS).unref();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: 0 }, () => resolve());
    });
    return server;
  }

  private match(port: number): void {
    const outer = this.outers.get(port);
    const arrival = this.arrivals.get(port);
    if (outer === undefined || arrival === undefined) return;
    this.outers.delete(port);
    this.arrivals.delete(port);
    this.take(arrival, outer);
  }
}
