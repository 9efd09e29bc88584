import type { ConnectionSocket } from '../net/connection-socket.ts';
import type { Lease, Presentation } from './lease-book.ts';

/** Who takes over a direct connection once its lease is accepted. */
export interface DirectAcceptor<Owner extends object> {
  /** @param isSecure it is presented on a connection that uses TLS */
  present(token: string, isSecure: boolean): Presentation<Owner>;
  /**
   * Takes the socket, which has not been answered yet. [at, end) is what the client sent behind the
   * lease.
   * @returns the offset of the first octet not taken
   */
  accept(
    lease: Lease<Owner>,
    transport: ConnectionSocket,
    octets: Buffer,
    at: number,
    end: number,
  ): number;
}
