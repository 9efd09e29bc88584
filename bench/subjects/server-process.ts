import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { delay } from '../lib/clock.ts';

/** RabbitMQ needs several seconds on a slow machine. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CONNECT_RETRY_MS = 50;
/** What is kept of a server's messages to explain why it did not start. */
const TRANSCRIPT_MAX_LENGTH = 4000;

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server that runs for the bench, in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;
  #transcript = '';
  #exited = false;

  /** Starts the command; its messages are kept, not shown. */
  constructor({ command, args, env, cwd }: ServerCommand) {
    this.#child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
    });
    const keep = (chunk: Buffer): void => {
      this.#transcript = (this.#transcript + chunk.toString()).slice(-TRANSCRIPT_MAX_LENGTH);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#child.once('error', (error) => keep(Buffer.from(error.message)));
    // Neither a failed start nor an exit may go unnoticed while something waits for the server.
    this.#child.once('close', () => {
      this.#exited = true;
    });
  }

  get processId(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what it has written to standard output and standard error. */
  get transcript(): string {
    return this.#transcript;
  }

  /**
   * Waits until the server has written something that matches.
   * @throws Error with what it wrote if it ends or takes too long
   */
  async waitForText(pattern: RegExp): Promise<RegExpExecArray> {
    let match = pattern.exec(this.#transcript);
    await this.#waitFor(async () => {
      match = pattern.exec(this.#transcript);
      return match !== null;
    });
    return match ?? this.#fail('is not ready');
  }

  /**
   * Waits until the server accepts connections.
   * @throws Error with what it wrote if it ends or takes too long
   */
  async waitForPort(port: number): Promise<void> {
    await this.#waitFor(() => accepts(port));
  }

  /**
   * Asks the server to end, and ends it if it doesn't.
   * @param processId who is asked: the server itself where the command is what watches it
   */
  async stop(processId = this.processId, timeoutMs = STOP_TIMEOUT_MS): Promise<void> {
    if (this.#exited) return;
    const closed = once(this.#child, 'close');
    process.kill(processId, 'SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  async #waitFor(ready: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await ready())) {
      if (this.#exited) this.#fail('has ended');
      if (Date.now() > deadline) this.#fail('is not ready in time');
      await delay(CONNECT_RETRY_MS);
    }
  }

  #fail(what: string): never {
    throw new Error(`${this.#child.spawnfile} ${what}:\n${this.#transcript}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
