import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A socket whose descriptor can be looked at. */
interface SocketWithHandle {
  readonly _handle: { readonly fd: number } | null;
}

/** One TCP connection: the broker's end, whose descriptor a writer borrows, and the client's. */
export interface Connection {
  readonly fd: number;
  readonly socket: Socket;
  readonly client: Client;
}

/** A client that notes what it reads. */
export class Client {
  readonly socket: Socket;
  private readonly chunks: Buffer[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('error', () => {});
  }

  get stream(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get octets(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }
}

/** Makes connections over loopback. */
export class Loopback {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.server = server;
  }

  static async listen(): Promise<Loopback> {
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Loopback(server);
  }

  async connect(): Promise<Connection> {
    const { port } = this.server.address() as AddressInfo;
    const accepted = once(this.server, 'connection') as Promise<[Socket]>;
    const client = new Client(connect(port, '127.0.0.1'));
    const [socket] = await accepted;
    await once(client.socket, 'ready');
    socket.on('error', () => {});
    this.sockets.add(socket).add(client.socket);
    const handle = (socket as unknown as SocketWithHandle)._handle;
    if (handle === null) throw new Error('The connection has closed already');
    return { fd: handle.fd, socket, client };
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
