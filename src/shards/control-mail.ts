import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
import type { Doorbell, WorkSource } from '../ring/parking.ts';

/**
 * Messages to a thread that blocks. A MessagePort alone can't wake it, nor can it see without a
 * system call whether there is a message, so the number of messages is counted in shared memory.
 */

/** Memory for the count. */
export function createMailCount(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** The end that writes. */
export class MailOut<Message> {
  private readonly port: MessagePort;
  private readonly count: Int32Array;
  private readonly doorbell: Doorbell;

  /** @param doorbell of the thread that reads */
  constructor(port: MessagePort, count: SharedArrayBuffer, doorbell: Doorbell) {
    this.port = port;
    this.count = new Int32Array(count);
    this.doorbell = doorbell;
  }

  send(message: Message, transferred: readonly Transferable[] = []): void {
    this.port.postMessage(message, transferred);
    Atomics.add(this.count, 0, 1);
    this.doorbell.ring();
  }
}

/** The end that reads. */
export class MailIn<Message> implements WorkSource {
  private readonly port: MessagePort;
  private readonly count: Int32Array;
  private received = 0;

  constructor(port: MessagePort, count: SharedArrayBuffer) {
    this.port = port;
    this.count = new Int32Array(count);
  }

  /** Whether there are messages. */
  hasPublished(): boolean {
    return Atomics.load(this.count, 0) !== this.received;
  }

  /** The next message; null if there is none. */
  receive(): Message | null {
    if (!this.hasPublished()) return null;
    this.received = (this.received + 1) | 0;
    const received: { message: Message } | undefined = receiveMessageOnPort(this.port);
    return received === undefined ? null : received.message;
  }
}
