import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** A pump, or an application, in a process of its own, seen from the bench. */
export class PumpChild {
  readonly #child: ChildProcess;
  readonly #failure: Promise<never>;

  /**
   * Starts the process and hands it the socket, which is not ours from then on. Nothing may be on
   * its way to us on that socket: what we had read would be lost.
   * @param entry the file of the process, seen from this one
   * @param socket null for one that makes its own connections
   */
  constructor(entry: string, socket: Socket | null) {
    const file = new URL(entry, import.meta.url).pathname;
    this.#child = spawn(process.execPath, [file], {
      stdio: [socket ?? 'ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    socket?.destroy();
    this.#failure = new Promise((_, reject) => {
      this.#child.once('exit', (code, signal) => {
        reject(new Error(`${entry} ended early (${signal ?? `exit code ${code}`})`));
      });
    });
    // A pump that ends when nobody waits for an answer of it has done its work.
    this.#failure.catch(() => {});
  }

  get processId(): number {
    return this.#child.pid ?? 0;
  }

  /**
   * Sends a request and waits for the next message of the pump.
   * @throws Error if the pump ends before it answers, or does not answer in time
   */
  async ask<Reply>(request: object, timeoutMs: number): Promise<Reply> {
    const answer = new Promise<Reply>((resolve) => {
      this.#child.once('message', (message) => resolve(message as Reply));
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('A load generator does not answer')), timeoutMs);
    });
    this.#child.send(request);
    try {
      return await Promise.race([answer, this.#failure, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process at once, whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
