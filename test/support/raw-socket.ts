import { connect, type Socket } from 'node:net';
import { FRAME_HEADER_SIZE } from '../../src/wire/frame.ts';
import { DEADLINE_MS, waitFor } from './wait-for.ts';

/** One frame as it came; `end` is the octet after the payload. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** Resolves with a socket once it is connected. */
export function openSocket(port: number, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/**
 * A connection on which any octets can be sent, right or wrong, and everything the broker answers is looked
 * at frame by frame, in order.
 */
export class RawSocket {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private ended = false;
  private wake = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    const onEnd = () => {
      this.ended = true;
      this.wake();
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', () => {});
  }

  /** Our end, as the broker sees it: `HOST:PORT`. */
  get localAddress(): string {
    return `${this.socket.localAddress}:${this.socket.localPort}`;
  }

  /** Whether the broker has ended the connection. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Sends any octets. */
  write(octets: Buffer): void {
    this.socket.write(octets);
  }

  /** Resolves when the kernel has taken all that was written; it does not while the broker reads nothing. */
  writeFully(octets: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(octets, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Sends no more, but goes on reading. */
  endWriting(): void {
    this.socket.end();
  }

  /** Stops reading, so that the broker cannot send more than the kernel buffers hold. */
  stopReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  /** The next frame, heartbeats included. */
  async nextFrame(): Promise<Frame> {
    const head = await this.peek(FRAME_HEADER_SIZE);
    const size = head.readUInt32BE(3);
    const octets = await this.nextOctets(FRAME_HEADER_SIZE + size + 1);
    return {
      type: octets.readUInt8(0),
      channel: octets.readUInt16BE(1),
      payload: octets.subarray(FRAME_HEADER_SIZE, FRAME_HEADER_SIZE + size),
      end: octets.readUInt8(FRAME_HEADER_SIZE + size),
    };
  }

  /** The next `count` octets, whatever they are. */
  async nextOctets(count: number): Promise<Buffer> {
    await this.peek(count);
    const octets = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return octets;
  }

  /** The broker ends the connection and sends nothing more before. */
  async expectEnd(deadlineMs?: number): Promise<void> {
    await waitFor('the end of the connection', () => this.ended, deadlineMs);
    if (this.received.length > 0) {
      throw new Error(
        `${this.received.length} octets before the end: ${this.received.toString('hex')}`,
      );
    }
  }

  /** Ends the connection at once, without the closing dialogue. */
  destroy(): void {
    this.socket.destroy();
  }

  /** All octets that have come and were not taken yet, once there are `count`. */
  protected async peek(count: number): Promise<Buffer> {
    const giveUpAt = performance.now() + DEADLINE_MS;
    while (this.received.length < count && !this.ended && performance.now() < giveUpAt) {
      await this.changed();
    }
    if (this.received.length < count) {
      const state = this.ended ? 'the connection ended' : `${DEADLINE_MS} ms passed`;
      throw new Error(`${state}; ${count} octets expected, ${this.received.length} came`);
    }
    return this.received;
  }

  /** Resolves when octets have come or the connection has ended, or the deadline has passed. */
  private changed(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DEADLINE_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
