import { connect, createServer, type Server, type Socket } from 'node:net';
import { DMP_PROTOCOL_HEADER } from '../../src/wire/dmp-handshake.ts';

/** What a connection is: it says so with its first octets. */
export type ConnectionKind = 'amqp' | 'direct';

interface Passage {
  kind: ConnectionKind | null;
  readonly client: Socket;
  readonly upstream: Socket;
}

/** Stands between clients and a broker, and breaks connections when a test says so. */
export class CuttingProxy {
  /** Connections of these kinds are closed as soon as they say what they are. */
  readonly refused = new Set<ConnectionKind>();
  /** Connections that came, by kind. */
  readonly seen = { amqp: 0, direct: 0 };
  /** Octets that the broker has sent to clients, by kind. */
  readonly sent = { amqp: 0, direct: 0 };
  /** Whether clients' AMQP connections get no answers any more once a direct connection comes. */
  silentOnceDirect = false;
  private readonly passages = new Set<Passage>();
  private readonly server: Server;
  private upstreamPort: number;

  private constructor(upstreamPort: number) {
    this.upstreamPort = upstreamPort;
    this.server = createServer({ allowHalfOpen: true }, (client) => this.pass(client));
  }

  static async start(upstreamPort: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(upstreamPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `amqp://guest:guest@127.0.0.1:${port}`;
  }

  /** From now on connections go to another broker. */
  redirect(upstreamPort: number): void {
    this.upstreamPort = upstreamPort;
  }

  /** Stops reading what clients send over connections of one kind. */
  stall(kind: ConnectionKind): void {
    for (const passage of this.passages) {
      if (passage.kind === kind) passage.client.pause();
    }
  }

  /** Passes on what `silentOnceDirect` has kept. */
  answer(): void {
    for (const passage of this.passages) passage.upstream.resume();
  }

  /** Breaks all connections of one kind. */
  cut(kind: ConnectionKind): void {
    for (const passage of this.passages) {
      if (passage.kind === kind) destroy(passage);
    }
  }

  async stop(): Promise<void> {
    for (const passage of this.passages) destroy(passage);
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(client: Socket): void {
    const upstream = connect({ port: this.upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    const passage: Passage = { kind: null, client, upstream };
    this.passages.add(passage);
    client.once('data', (octets) => this.identify(passage, octets));
    upstream.on('data', (octets) => {
      if (passage.kind !== null) this.sent[passage.kind] += octets.length;
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.on('data', (octets) => to.write(octets));
      from.on('end', () => to.end());
      from.on('error', () => destroy(passage));
      from.on('close', () => {
        to.destroySoon();
        this.passages.delete(passage);
      });
    }
  }

  private identify(passage: Passage, octets: Buffer): void {
    const header = octets.subarray(0, DMP_PROTOCOL_HEADER.length);
    passage.kind = header.equals(DMP_PROTOCOL_HEADER) ? 'direct' : 'amqp';
    this.seen[passage.kind]++;
    if (this.refused.has(passage.kind)) destroy(passage);
    if (passage.kind === 'amqp' || !this.silentOnceDirect) return;
    for (const other of this.passages) if (other.kind === 'amqp') other.upstream.pause();
  }
}

function destroy(passage: Passage): void {
  passage.client.destroy();
  passage.upstream.destroy();
}
