import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a broker may take until it is ready, or to stop, in milliseconds. */
const PATIENCE_MS = 60_000;
/** What is kept of what it wrote. */
const TRANSCRIPT_MAX_LENGTH = 8000;

/** How a broker is started. */
export interface BrokerCommand {
  /** The built command; `dist/main.js`. */
  readonly main: string;
  readonly dataDirectory: string;
  /** Options beside the port and the data directory. */
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A broker in a process of its own, to be killed. */
export class BrokerProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private transcript = '';
  private hasEnded = false;

  constructor({ main, dataDirectory, options, environment }: BrokerCommand) {
    const args = [main, '--port', '0', '--data-dir', dataDirectory, '--log-level', 'warn'];
    this.child = spawn(process.execPath, [...args, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const keep = (chunk: Buffer): void => {
      this.transcript = (this.transcript + chunk.toString()).slice(-TRANSCRIPT_MAX_LENGTH);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.ended = once(this.child, 'close').then(() => {
      this.hasEnded = true;
    });
  }

  /** What it wrote last. */
  get output(): string {
    return this.transcript;
  }

  /** It has ended by itself, or was ended. */
  get isGone(): boolean {
    return this.hasEnded;
  }

  /**
   * Resolves with the port when the broker is ready.
   *
   * @throws Error with what it wrote if it ends before or takes too long
   */
  async ready(): Promise<number> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const match = /^ready .*\bamqp=[^\s]*:(\d+)/m.exec(this.transcript);
      if (match !== null) return Number(match[1]);
      if (this.hasEnded) throw new Error(`the broker has ended: ${this.transcript}`);
      if (Date.now() > deadline) throw new Error(`the broker isn't ready: ${this.transcript}`);
      const { stdout } = this.child;
      if (stdout === null) throw new Error('standard output is not a pipe');
      await Promise.race([once(stdout, 'data'), this.ended, later(deadline - Date.now())]);
    }
  }

  /**
   * Resolves with what comes out of the work, during which the broker must live.
   *
   * @throws Error with what it wrote if it ends
   */
  async outlives<T>(work: Promise<T>): Promise<T> {
    const died = this.ended.then(() => {
      throw new Error(`the broker has ended by itself (${this.child.signalCode}): ${this.output}`);
    });
    died.catch(() => {});
    work.catch(() => {});
    return Promise.race([work, died]);
  }

  /** Ends it at once, as kill -9 does. */
  strike(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends it at once; resolves when nothing is left of it. */
  async kill(): Promise<void> {
    this.strike();
    await this.ended;
  }

  /**
   * Lets it stop in an orderly way.
   *
   * @throws Error if it doesn't exit with 0
   */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await Promise.race([this.ended, later(PATIENCE_MS)]);
    if (this.child.exitCode === 0) return;
    throw new Error(`the broker has not stopped (${this.child.exitCode}): ${this.transcript}`);
  }
}

function later(timeMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeMs).unref();
  });
}
