import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { RingReaderPeer, RingWriterPeer } from '../ring/ring-peer.ts';
import { accountForShared } from '../ring/shared-octets.ts';
import { exactContent } from './exact-content.ts';

/** All that crosses the MessagePort of a ring, in either direction. */
export type RingMessage =
  | { readonly kind: 'large'; readonly id: number; readonly octets: SharedArrayBuffer }
  | { readonly kind: 'wake' }
  | { readonly kind: 'space' };

/** The writing end of a ring's port. Its thread has an event loop, which it doesn't keep alive. */
export class RingWriterPort implements RingReaderPeer {
  private readonly port: MessagePort;

  /** @param onSpace called when the reader has made the space that was waited for */
  constructor(port: MessagePort, onSpace: () => void) {
    this.port = port;
    port.on('message', (message: RingMessage) => {
      if (message.kind === 'space') onSpace();
    });
    port.unref();
  }

  postLarge(id: number, octets: SharedArrayBuffer): void {
    this.send({ kind: 'large', id, octets });
  }

  wake(): void {
    this.send({ kind: 'wake' });
  }

  close(): void {
    this.port.close();
  }

  private send(message: RingMessage): void {
    this.port.postMessage(message);
  }
}

/** The reading end of a ring's port, in a thread that blocks or in one with an event loop. */
export class RingReaderPort implements RingWriterPeer {
  private readonly port: MessagePort;
  private readonly large = new Map<number, SharedArrayBuffer>();

  constructor(port: MessagePort) {
    this.port = port;
  }

  /** Calls `onWake` when the writer wakes this thread's event loop; doesn't keep it alive. */
  listen(onWake: () => void): void {
    this.port.on('message', (message: RingMessage) => {
      this.keep(message);
      if (message.kind === 'wake') onWake();
    });
    this.port.unref();
  }

  takeLarge(id: number): Buffer {
    // What was posted before the record was published is in the port by now, if not in `large`.
    while (!this.large.has(id)) {
      const received = receiveMessageOnPort(this.port) as { message: RingMessage } | undefined;
      if (received === undefined) break;
      this.keep(received.message);
    }
    const octets = this.large.get(id);
    if (octets === undefined) throw new Error(`Large content ${id} was never posted`);
    this.large.delete(id);
    accountForShared(octets.byteLength);
    return exactContent(octets);
  }

  grantSpace(): void {
    const message: RingMessage = { kind: 'space' };
    this.port.postMessage(message);
  }

  close(): void {
    this.port.close();
  }

  private keep(message: RingMessage): void {
    if (message.kind === 'large') this.large.set(message.id, message.octets);
  }
}
