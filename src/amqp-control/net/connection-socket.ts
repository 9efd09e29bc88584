import type { Transport } from '../connection/transport.ts';
import type { Outbox } from '../io/outbox.ts';
import type { ParkedHandle } from './parked-handles.ts';

/** Whoever understands the octets of a socket. */
export interface OctetHandler {
  /** @returns the offset of the first octet that must be presented again, in front of more */
  receive(octets: Buffer, at: number, end: number): number;
  /** The socket took octets. */
  wrote(): void;
  /** The socket is gone. */
  socketClosed(): void;
}

/** A socket whose protocol is being found out, or that other threads are to serve. */
export interface ConnectionSocket extends Transport {
  /** Lets another handler take over, from within `receive` of the present one. */
  become(handler: OctetHandler, outbox?: Outbox | null): void;
  /** Writes octets outside of the outbox. */
  write(octets: Buffer): void;
  /** As `write`, and closes; for answers that end a connection. */
  writeLast(octets: Buffer): void;
  /** Restarts reading; `leftOver`, if not null, comes in front of what is read next. */
  resumeWith(leftOver: Buffer | null): void;
  /**
   * Gives the descriptor away, from within `receive`: another thread reads and closes it from now
   * on. What is left here is a handle that holds its number; it must only be closed by
   * ParkedHandles, once the other thread has closed the descriptor.
   */
  handOver(): ParkedHandle;
  /**
   * Lends the descriptor to a thread that writes to it. The socket doesn't close by itself any
   * more, whatever happens: the number must not change its meaning under the writer's hands. It
   * goes on reading, to see the peer go.
   * @param onGone called once when the peer has closed or reset the connection
   * @returns the descriptor, and how to close it when the writer has let it go
   */
  lend(onGone: () => void): ParkedHandle;
}
