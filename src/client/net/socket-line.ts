import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LINGER_MS, READ_OCTETS } from '../limits.ts';
import type { Target } from '../target.ts';
import type { OctetSink } from './batch-writer.ts';

/** Who understands the octets of a line. */
export interface LineHandler {
  /** `octets` are only valid during the call. */
  received(octets: Buffer): void;
  /** All octets that `write` did not take at once are written now. */
  written(): void;
  /** The peer closed its side. */
  ended(): void;
  /** The line is gone; called once. */
  closed(error: Error | null): void;
}

/**
 * A large ArrayBuffer starts 16 octets behind a page, and the kernel copies thrice as fast to a
 * page.
 */
const READ_AT = 4096 - 16;

let readBuffer: Buffer | null = null;

/** The memory all lines read into: what one has read is handled before the next one reads. */
function sharedReadBuffer(): Buffer {
  readBuffer ??= Buffer.allocUnsafeSlow(READ_AT + READ_OCTETS).subarray(READ_AT);
  return readBuffer;
}

/** A TCP or TLS connection to a broker. It holds no octets of its own. */
export class SocketLine implements OctetSink {
  private readonly socket: Socket;
  private handler: LineHandler | null = null;
  private error: Error | null = null;
  private writesDue = 0;
  private busy = false;
  private linger: NodeJS.Timeout | null = null;
  private readonly writeDone = () => this.onWriteDone();

  private constructor(target: Target, onConnect: () => void) {
    const buffer = sharedReadBuffer();
    const callback = (octets: number) => {
      this.handler?.received(buffer.subarray(0, octets));
      return true;
    };
    const options = { ...target.socketOptions, onread: { buffer, callback } };
    this.socket = target.secure ? connectTls(options, onConnect) : connectTcp(options, onConnect);
    if (target.noDelay) this.socket.setNoDelay(true);
    if (target.keepAlive) this.socket.setKeepAlive(true, target.keepAliveDelayMs);
    this.socket.on('error', (error) => {
      this.error = error;
    });
    this.socket.on('end', () => this.handler?.ended());
    this.socket.on('close', () => this.onClose());
  }

  /**
   * Connects.
   * @param signal ends the attempt; the promise is then rejected with its reason
   * @throws Error what the network said
   */
  static open(target: Target, signal: AbortSignal): Promise<SocketLine> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const settle = () => {
        signal.removeEventListener('abort', onAbort);
        line.handler = null;
      };
      const line = new SocketLine(target, () => {
        settle();
        resolve(line);
      });
      const onAbort = () => {
        settle();
        line.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort);
      line.handler = {
        received: () => {},
        written: () => {},
        ended: () => {},
        closed: (error) => {
          settle();
          reject(error ?? new Error('Socket closed abruptly during opening handshake'));
        },
      };
    });
  }

  /** From now on `handler` gets what arrives. */
  start(handler: LineHandler): void {
    this.handler = handler;
    if (this.socket.destroyed) handler.closed(this.error);
  }

  write(octets: Buffer): boolean {
    if (this.socket.destroyed) return false;
    this.writesDue++;
    this.socket.write(octets, this.writeDone);
    this.busy = this.socket.writableLength > 0;
    return !this.busy;
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Tells `onSilence` once when nothing has come or gone for so long. */
  watchSilence(timeoutMs: number, onSilence: () => void): void {
    this.socket.setTimeout(timeoutMs, onSilence);
  }

  /**
   * Closes our side once everything is written, and the whole line when the peer has closed its.
   */
  end(): void {
    this.socket.end();
    this.linger ??= setTimeout(() => this.socket.destroy(), LINGER_MS);
    this.linger.unref();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private onWriteDone(): void {
    // What is called back now, with or without an error, was not taken: it stays with the writer,
    // who hears that the line has closed.
    if (this.socket.destroyed) return;
    this.writesDue--;
    if (this.writesDue > 0 || !this.busy) return;
    this.busy = false;
    this.handler?.written();
  }

  private onClose(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    const { handler } = this;
    this.handler = null;
    handler?.closed(this.error);
  }
}
