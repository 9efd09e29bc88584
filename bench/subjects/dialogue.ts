import { connect, type Socket } from 'node:net';

/** Longest wait for an answer: far beyond what a broker takes that works. */
const ANSWER_TIMEOUT_MS = 30_000;
const READ_OCTETS = 64 * 1024;

/** What a parser found at the beginning of what was received. */
export interface Parsed<Value> {
  readonly value: Value;
  /** Octets that it took. */
  readonly octets: number;
}

/** A connection on which something is asked and answered before messages are pumped over it. */
export class Dialogue {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  #end: Error | null = null;

  private constructor(host: string, port: number) {
    // With a buffer of our own, pause() stops the reading at once: what comes later stays in
    // the kernel for the pump.
    const onread = {
      buffer: Buffer.alloc(READ_OCTETS),
      callback: (count: number, buffer: Uint8Array): boolean => {
        this.#received = Buffer.concat([this.#received, buffer.subarray(0, count)]);
        this.#wake();
        return true;
      },
    };
    this.#socket = connect({ host, port, noDelay: true, onread });
    this.#socket.once('error', (error) => this.#finish(error));
    this.#socket.once('close', () => this.#finish(new Error('The connection was closed')));
  }

  /** @throws Error if nobody listens there */
  static async connect(host: string, port: number): Promise<Dialogue> {
    const dialogue = new Dialogue(host, port);
    await new Promise<void>((resolve, reject) => {
      dialogue.#socket.once('connect', resolve).once('error', reject);
    });
    return dialogue;
  }

  write(octets: Buffer | string): void {
    this.#socket.write(octets);
  }

  /**
   * Waits until `parse` finds something in what was received, and takes it from there.
   * @throws Error if the connection ends or the answer does not come in time
   */
  async take<Value>(parse: (received: Buffer) => Parsed<Value> | null): Promise<Value> {
    const timer = setTimeout(
      () => this.#finish(new Error('The broker does not answer')),
      ANSWER_TIMEOUT_MS,
    );
    try {
      for (;;) {
        const parsed = parse(this.#received);
        if (parsed !== null) {
          this.#received = this.#received.subarray(parsed.octets);
          return parsed.value;
        }
        if (this.#end !== null) throw this.#end;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for a line that ends in CR LF, and takes it without them. */
  takeLine(): Promise<string> {
    return this.take((received) => {
      const end = received.indexOf('\r\n');
      return end === -1 ? null : { value: received.toString('latin1', 0, end), octets: end + 2 };
    });
  }

  /** Ends the dialogue with a server whose further words don't matter: nobody will read them. */
  handOverForWriting(): Socket {
    this.#socket.pause();
    return this.#socket;
  }

  /**
   * Ends the dialogue: the socket is the caller's.
   * @throws Error if there are octets that nobody took
   */
  handOver(): Socket {
    const socket = this.handOverForWriting();
    if (this.#received.length > 0) throw new Error('The broker said more than it was asked');
    return socket;
  }

  close(): void {
    this.#socket.destroy();
  }

  #finish(error: Error): void {
    this.#end ??= error;
    this.#wake();
  }
}
