import { closeSync, openSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** The part of a TCP handle that Node has no public name for. */
interface Handle {
  readonly fd: number;
  readStop(): number;
}

/** A connection whose descriptor can be given away. */
export interface AcceptedConnection {
  readonly fd: number;
  /** What was read from it before. */
  readonly leftOver: Buffer;
  /** To be called when somebody else has closed the descriptor. */
  reclaim(): void;
}

/** A server that accepts connections, reads the first octets, and gives the descriptors away. */
export class DescriptorServer {
  private readonly server = createServer((socket) => this.accept(socket));
  private readonly accepted: AcceptedConnection[] = [];
  private readonly waiting: ((connection: AcceptedConnection) => void)[] = [];

  /** @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** The next connection, once its first octets have come. */
  next(): Promise<AcceptedConnection> {
    const connection = this.accepted.shift();
    if (connection !== undefined) return Promise.resolve(connection);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  close(): void {
    this.server.close();
  }

  private accept(socket: Socket): void {
    const handle = (socket as unknown as { readonly _handle: Handle })._handle;
    socket.on('error', () => {});
    socket.once('data', (leftOver) => {
      handle.readStop();
      socket.pause();
      const { fd } = handle;
      const connection = { fd, leftOver, reclaim: () => reclaim(socket, fd) };
      const taker = this.waiting.shift();
      if (taker === undefined) this.accepted.push(connection);
      else taker(connection);
    });
  }
}

/**
 * Closes a socket whose descriptor has been closed by somebody else, without closing a stranger's:
 * first gets hold of its number again.
 */
function reclaim(socket: Socket, fd: number): void {
  const others: number[] = [];
  let opened = openSync('/dev/null', 'r');
  while (opened < fd) {
    others.push(opened);
    opened = openSync('/dev/null', 'r');
  }
  // If the number has been taken by somebody else, the socket is left as it is.
  if (opened === fd) socket.destroy();
  else closeSync(opened);
  for (const other of others) closeSync(other);
}
