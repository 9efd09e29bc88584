import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What a process that has ended left behind. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command, running. */
export class RunningCommand {
  readonly process: ChildProcess;
  private stdout = '';
  private stderr = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const isTool = args.length > 0 && !args[0].startsWith('-');
    const isStated = args.some((arg) => arg.startsWith('--data-dir'));
    const memory = isTool || isStated ? [] : ['--data-dir', 'none'];
    this.process = spawn(process.execPath, [MAIN, ...args, ...memory], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (octets: Buffer) => {
      this.stdout += octets.toString();
    });
    this.process.stderr?.on('data', (octets: Buffer) => {
      this.stderr += octets.toString();
    });
  }

  /** The first line on standard output; rejects when the process ends without one. */
  async firstLine(): Promise<string> {
    const { stdout } = this.process;
    if (stdout === null) throw new Error('standard output is not a pipe');
    const lines = createInterface({ input: stdout });
    const ended = this.ended().then((end) => {
      throw new Error(`ended with ${end.code} before a line: ${end.stderr}`);
    });
    ended.catch(() => {});
    const line = once(lines, 'line').then(([text]) => String(text));
    return within('a line on standard output', Promise.race([line, ended]));
  }

  /** Waits for the process and everything it wrote. */
  async ended(): Promise<Ended> {
    const closed = this.process.exitCode === null ? once(this.process, 'close') : null;
    if (closed !== null) await within('the process to end', closed, 15_000);
    return { code: this.process.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs the built command to its end. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new RunningCommand(args, environment).ended();
}
